/** Says, at each step, which of the driver's methods stand replaced. Every second run is passed over, the first is. */
import { context } from 'cowpath';
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
client.on('error', () => {});
const { Query } = pg;
const Connection = client.connection.constructor;
const PgPool = Object.getPrototypeOf(pg.Pool);
const METHODS = [
  [Query.prototype, 'submit'],
  [Connection.prototype, 'emit'],
  [Connection.prototype, 'bind'],
  [Connection.prototype, 'execute'],
  [PgPool.prototype, 'newClient'],
  [PgPool.prototype, '_acquireClient'],
];
const own = METHODS.map(([prototype, name]) => prototype[name]);
const said = {};
const say = (when) => {
  said[when] = METHODS.filter(([prototype, name], i) => prototype[name] !== own[i])
    .map(([, name]) => name)
    .join(' ');
};

await client.connect();
/** In turn passed over and followed. */
const run = (work) => context('run', work);
const ask = (text, values) => client.query(text, values);
const other = new pg.Client(process.env.DATABASE_URL);
await other.connect();

await run(async () => {
  const asked = ask('select $1::int', [1]);
  say('passed over, under way');
  await asked;
  say('passed over, answered');
});
await run(async () => {
  const asked = ask('select $1::int', [1]);
  say('followed, under way');
  await asked;
  say('followed, answered');
});
await run(() => ask('select 1'));
await run(async () => {
  await ask('select nothing').catch(() => {});
  say('followed, failed');
});
const slow = run(() => ask('select pg_sleep(0.3)'));
const quick = run(() => other.query('select 1'));
say('both under way');
await quick;
say('the followed one answered');
await slow;
await run(
  () =>
    new Promise((resolve) => {
      client.query('select $1::int', [1], resolve);
      say('passed over, with a callback, under way');
    }),
);
say('passed over, with a callback, answered');
const cut = run(() => ask('select pg_sleep(30)').catch(() => {}));
const ended = new Promise((resolve) => client.once('end', resolve));
await run(() => other.query('select pg_terminate_backend($1)', [client.processID]));
await Promise.all([cut, ended]);
say('followed, cut off');
await run(() => ask('select 1').catch(() => {}));
await run(() => ask('select 1').catch(() => {}));
say('asked of a client that has ended');
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
for (const kind of ['followed', 'passed over', 'followed', 'passed over']) {
  await run(async () => {
    const asked = pool.query('select 1');
    say(`${kind}, waiting for a connection`);
    await asked;
    say(`${kind}, answered on it`);
  });
}
await pool.end();
await other.end();
console.log(JSON.stringify(said));
