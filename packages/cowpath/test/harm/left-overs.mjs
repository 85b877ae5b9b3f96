/** Starts and stops a session again and again beside a pool that lives on, and prints what was left each time. */
import { channel } from 'node:diagnostics_channel';
import { context } from 'cowpath';
import pg from 'pg';
import { prepare, startSession } from '../../src/recorder/session.ts';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const query = () => pool.query('select * from item where id = $1', [1]);
await query();
const [client] = pool._clients;

const resources = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'TTYWrap' && name !== 'PipeWrap')
    .sort();
const CHANNELS = [
  ...['net.client.socket', 'tracing:module.require:end', 'tracing:fastify.request.handler:start'],
  ...['cowpath.v1.context.open', 'cowpath.v1.context.close', 'cowpath.v1.load'],
];
const left = () => ({
  process: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  connection: client.connection
    .eventNames()
    .map((name) => [String(name), client.connection.listenerCount(name)]),
  client: client.eventNames().map((name) => [String(name), client.listenerCount(name)]),
  channels: CHANNELS.filter((name) => channel(name).hasSubscribers),
  resources: resources(),
});

process.on('warning', (warning) => console.log(`warning: ${warning.message}`));
/** Connections of Cowpath's own that the server still has. */
const connections = async () => {
  const text = `select count(*)::int as own from pg_stat_activity where application_name = 'cowpath'`;
  return (await pool.query(text)).rows[0].own;
};
const before = JSON.stringify(left());
const times = Number(process.argv[2]);
let recorded = 0;
for (let i = 0; i < times; i++) {
  const session = startSession();
  await prepare(session);
  await context('page', query);
  await session.stop();
  recorded += session.recorder.statements;
  await query();
  if (session.recorder.statements !== 1) console.log(`session ${i} recorded ${session.recorder.statements}`);
}
// Cowpath's own connections close in their own time.
for (let i = 0; i < 500 && (JSON.stringify(left()) !== before || (await connections()) > 0); i++)
  await new Promise((done) => setTimeout(done, 20));
const own = await connections();
console.log(JSON.stringify({ recorded, connections: own, before: JSON.parse(before), after: left() }));
await pool.end();
