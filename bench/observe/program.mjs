/**
 * The program that is observed: node-postgres, a pool, and nothing else. Plain JavaScript, so that Node 22
 * runs it too. It is told what to do over its IPC channel, a block at a time or to flush, and answers with the CPU
 * time that this took in all threads of the process.
 */
import pg from 'pg';

const { OBSERVER: observer, DATABASE_URL: connectionString, SINGLE_KIND: single_kind } = process.env;

/** @type {{ inContext: <T>(name: string, fn: () => Promise<T>) => Promise<T>, flush: () => Promise<void> }} */
const { inContext, flush } = await import(`./observers/${observer}.mjs`);

const STATEMENTS = {
  lookup: { text: 'select id, name, email, city_id, created_at from person where id = $1', rows: 1 },
  list: {
    text: 'select id, title, person_id, pages, created_at from article where person_id = $1 order by id',
    rows: 50,
  },
};
const PERSONS = 2_000;

let pool;
let next = 1;

/** One root context for every `statements_per_root` statements; 0: all outside every context. */
async function work({ kind, statements, connections, statements_per_root }) {
  const { text, rows } = STATEMENTS[kind];
  let left = statements;
  const one = async () => {
    left--;
    next = (next % PERSONS) + 1;
    const result = await pool.query(text, [next]);
    if (result.rows.length !== rows) throw new Error(`${result.rows.length} rows, expected ${rows}`);
  };
  const some = async () => {
    for (let i = 0; i < statements_per_root && left > 0; i++) await one();
  };
  const worker = async () => {
    while (left > 0) await (statements_per_root > 0 ? inContext('page', some) : one());
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

const OTHERS = 60;

/**
 * What programs ask besides: V8 compiles the driver's code for the kinds of statements, results and callers that it has
 * met. A program that has met one kind alone has faster code than any real one, and loses it with the second.
 */
async function others() {
  for (let id = 1; id <= OTHERS; id++) {
    await pool.query('select count(*) from person');
    for (const { text } of Object.values(STATEMENTS)) await pool.query(text, [id]);
    await pool.query({ name: 'by id', text: 'select * from person where id = $1', values: [id] });
    await pool.query({
      text: 'select name, id from city where id = $1',
      values: [(id % 50) + 1],
      rowMode: 'array',
    });
    await new Promise((done, failed) => {
      pool.query('select now()', (error, result) => (error ? failed(error) : done(result)));
    });
    await pool.query('select from nowhere').catch(() => {});
    const client = await pool.connect();
    await client.query('begin');
    await client.query('select id, city_id from person where id = any($1)', [[id, id + 1]]);
    await client.query('commit');
    client.release();
  }
}

/** CPU time of all threads since the process began, microseconds. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

process.on('message', async (told) => {
  const start = performance.now();
  const from_us = cpu();
  if (told === 'flush') {
    await flush();
  } else {
    if (pool === undefined) {
      pool = new pg.Pool({ connectionString, max: told.connections });
      if (single_kind !== '1') await (told.statements_per_root > 0 ? inContext('others', others) : others());
    }
    await work(told);
  }
  const until_us = cpu();
  process.send({ cpu_us: until_us - from_us, until_us, wall_ms: performance.now() - start });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
