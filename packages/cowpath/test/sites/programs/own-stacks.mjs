/** A program that looks at stacks itself, in ways of its own. What it prints must not depend on who else does. */
import { context } from 'cowpath';
import pg from 'pg';

const [, , manner] = process.argv;
let prepared = 0;
if (manner === 'prepare') {
  Error.prepareStackTrace = (error, sites) =>
    `${error.message}, ${++prepared}: ${sites.map((site) => site.getFunctionName()).join()}`;
} else if (manner === 'no limit') {
  Error.stackTraceLimit = 0;
} else if (manner === 'frozen') {
  Object.freeze(Error);
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

async function failing() {
  try {
    await pool.query('select name from author where id = $1', ['no number']);
  } catch (error) {
    return error;
  }
}

async function page() {
  for (let id = 1; id <= 5; id++) {
    await pool.query('select name from author where id = $1', [id]); // from: author
    const error = new Error(`page ${id}`);
    console.log(error.stack);
  }
  const error = await failing();
  console.log(error.message, typeof error.stack, Object.getOwnPropertyNames(error).sort().join());
}

for (let i = 0; i < 3; i++) await context('page', page);
await pool.end();
console.log(prepared, Error.stackTraceLimit, JSON.stringify(Object.getOwnPropertyDescriptors(Error)));
console.log(
  typeof Error.prepareStackTrace,
  Error.prepareStackTrace === undefined || Error.prepareStackTrace.name,
);
