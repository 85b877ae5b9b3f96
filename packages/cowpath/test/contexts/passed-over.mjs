/**
 * Many runs of two pages at once on few connections, each page with a table of its own, and as many outside every
 * context, through every way in which node-postgres calls back. Prints how many statements a run makes, and each place
 * that was in another's run.
 */
import { context, currentContext } from '@cowpath/profile';
import pg from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';

/** A class of the program's own, with statements of its own in the callbacks that it puts around. */
class Auditing extends pg.Client {
  query(text, values, callback) {
    if (typeof callback !== 'function' || values?.[1] !== 'audit') return super.query(text, values, callback);
    const table = text.split(' ')[3];
    return super.query(text, [values[0]], (error, result) => {
      here(table, 'audited');
      super.query(`select count(*) from ${table}`, () => callback(error, result));
    });
  }
}

const connectionString = process.env.DATABASE_URL;
const wide = new pg.Pool({ connectionString, max: 2 });
const narrow = new pg.Pool({ connectionString, max: 1, Client: Auditing });
const strays = new Set();

function here(table, where) {
  const found = currentContext()?.root.name ?? 'outside';
  if (found !== table) strays.add(`${where}: ${found} instead of ${table}`);
}

const promised = (start) =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));

/** By name: what it does, and the statements it takes. */
const WAYS = {
  promise: [1, (_, text) => wide.query(text, [1])],
  callback: [
    2,
    (table, text) =>
      promised((done) =>
        wide.query(text, [2], (error) => {
          here(table, 'callback');
          if (error) return done(error);
          wide.query({ text, values: [3] }, done);
        }),
      ),
  ],
  'callback of a statement that fails': [
    2,
    (table, text) =>
      promised((done) =>
        wide.query(`select nothing from ${table}`, () => {
          here(table, 'failed');
          wide.query(text, [1], done);
        }),
      ),
  ],
  'connect, with a callback': [
    2,
    (table, text) =>
      promised((done) =>
        narrow.connect((error, client, release) => {
          here(table, 'connected');
          if (error) return done(error);
          client.query(text, [4], () => {
            here(table, 'queried');
            const callback = (...answer) => {
              release();
              done(...answer);
            };
            client.query({ text, values: [5], callback });
          });
        }),
      ),
  ],
  transaction: [
    3,
    async (table, text) => {
      const client = await narrow.connect();
      try {
        await client.query('begin');
        await client.query(text, [6]);
        here(table, 'awaited');
        await client.query('rollback');
      } finally {
        client.release();
      }
    },
  ],
  'side by side': [
    3,
    async (table, text) => {
      const client = await wide.connect();
      await Promise.all([
        client.query(text, [1]),
        promised((done) =>
          client.query(text, [2], (...answer) => {
            here(table, 'side by side');
            done(...answer);
          }),
        ),
        client.query(text, [3]),
      ]);
      client.release();
    },
  ],
  'own class': [2, (_table, text) => narrow.query(text, [7, 'audit'])],
  events: [
    1,
    async (table, text) => {
      const client = await wide.connect();
      const query = client.query(new pg.Query(text, [8]));
      await new Promise((resolve, reject) => {
        query.on('row', () => here(table, 'row'));
        query.on('error', reject);
        query.on('end', () => resolve(here(table, 'end')));
      });
      client.release();
    },
  ],
  cursor: [
    1,
    async (table) => {
      const client = await wide.connect();
      const cursor = client.query(new Cursor(`select * from ${table} order by id`));
      for (let rows = 1; rows > 0; ) {
        rows = await promised((done) =>
          cursor.read(2, (error, read) => {
            here(table, 'read');
            done(error, read?.length);
          }),
        );
      }
      client.release();
    },
  ],
  stream: [
    1,
    async (table) => {
      const client = await wide.connect();
      const stream = client.query(new QueryStream(`select * from ${table} order by id`));
      stream.on('data', () => here(table, 'data'));
      await new Promise((resolve, reject) => stream.on('close', resolve).on('error', reject));
      client.release();
    },
  ],
};

const ways = Object.values(WAYS);
async function page(table, first) {
  const text = `select * from ${table} where id = $1`;
  for (let i = 0; i < ways.length; i++) {
    const [, go] = ways[(first + i) % ways.length];
    await go(table, text);
    here(table, 'after');
  }
}

let left = Number(process.argv[2]);
async function worker(table) {
  while (left-- > 0) {
    const first = left;
    await context(table, () => page(table, first));
  }
}
let leftOutside = Number(process.argv[2]);
async function workerOutside() {
  while (leftOutside-- > 0) await page('outside', leftOutside);
}
await Promise.all([
  ...Array.from({ length: 8 }, (_, i) => worker(i % 2 ? 'odd' : 'even')),
  ...Array.from({ length: 4 }, workerOutside),
]);
await Promise.all([wide.end(), narrow.end()]);
console.log(JSON.stringify({ statements: ways.reduce((sum, [n]) => sum + n, 0), strays: [...strays] }));
