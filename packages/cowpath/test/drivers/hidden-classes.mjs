/**
 * Started with --allow-natives-syntax: prints whether Cowpath's own client, its connection and its socket have the
 * hidden classes that the program's have, whose client is one of a pool or not; what kinds of emitters were made; and
 * whether Cowpath listens to the program's socket, and has left anything on it.
 */
import { EventEmitter } from 'node:events';
import { flush } from 'cowpath';
import pg from 'pg';

const TRIES = 500;
const haveSameMap = new Function('one', 'other', 'return %HaveSameMap(one, other)');

const emitters = new Set();
const { init } = EventEmitter;
EventEmitter.init = function (...args) {
  emitters.add(Object.getPrototypeOf(this).constructor.name);
  return init.apply(this, args);
};

let client;
let same;
const { end } = pg.Client.prototype;
pg.Client.prototype.end = function (...args) {
  if (this.connectionParameters.application_name === 'cowpath') {
    same = {
      client: haveSameMap(this, client),
      connection: haveSameMap(this.connection, client.connection),
      socket: haveSameMap(this.connection.stream, client.connection.stream),
    };
  }
  return end.apply(this, args);
};

const connectionString = process.env.DATABASE_URL;
const pooled = process.argv[2] === 'pool';
const pool = new pg.Pool({ connectionString });
client = pooled ? await pool.connect() : new pg.Client({ connectionString });
const { stream } = client.connection;
let heard = 0;
if (!pooled) {
  const connected = client.connect();
  heard = stream.listenerCount('connectionAttempt');
  await connected;
}
await client.query('select 1');
for (let i = 0; same === undefined && i < TRIES; i++) await new Promise((done) => setTimeout(done, 20));
await flush();
const asked = Object.hasOwn(stream, '_peername');
console.log(JSON.stringify({ same, emitters: [...emitters].sort(), heard, asked }));
if (pooled) client.release();
else await client.end();
await pool.end();
