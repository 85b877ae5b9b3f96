/**
 * Started with --allow-natives-syntax: prints whether Cowpath's own client has the hidden class that the program's has,
 * which is one of a pool or not.
 */
import pg from 'pg';

const TRIES = 500;
const haveSameMap = new Function('one', 'other', 'return %HaveSameMap(one, other)');

let own;
const { end } = pg.Client.prototype;
pg.Client.prototype.end = function (...args) {
  if (this.connectionParameters.application_name === 'cowpath') own = this;
  return end.apply(this, args);
};

const connectionString = process.env.DATABASE_URL;
const pooled = process.argv[2] === 'pool';
const pool = new pg.Pool({ connectionString });
const client = pooled ? await pool.connect() : new pg.Client({ connectionString });
if (!pooled) await client.connect();
await client.query('select 1');
for (let i = 0; own === undefined && i < TRIES; i++) await new Promise((done) => setTimeout(done, 20));
console.log(JSON.stringify({ met: own !== undefined, same: own !== undefined && haveSameMap(own, client) }));
if (pooled) client.release();
else await client.end();
await pool.end();
