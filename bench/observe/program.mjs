/**
 * The program that is observed: node-postgres, a pool, and nothing else. Plain JavaScript, so that Node 22
 * runs it too. It is told what to do over its IPC channel, a block at a time or to flush, and answers with the CPU
 * time that this took in all threads of the process.
 */
import pg from 'pg';

const { OBSERVER: observer, DATABASE_URL: connectionString } = process.env;

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
    pool ??= new pg.Pool({ connectionString, max: told.connections });
    await work(told);
  }
  const until_us = cpu();
  process.send({ cpu_us: until_us - from_us, until_us, wall_ms: performance.now() - start });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
