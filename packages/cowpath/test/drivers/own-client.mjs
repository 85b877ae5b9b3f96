/** A client class and a password function of the program's own: prints how often each was called for. */
import pg from 'pg';

const url = new URL(process.env.DATABASE_URL);
const { password } = url;
const calls = { made: 0, password: 0 };
class OwnClient extends pg.Client {
  constructor(config) {
    super(config);
    calls.made++;
  }
}
const client = new OwnClient({
  host: url.hostname,
  port: Number(url.port),
  user: url.username,
  database: url.pathname.slice(1),
  password: async () => {
    calls.password++;
    return password;
  },
});
const connected = client.connect();
const asked = client.query('select 1');
await connected;
await asked;
await new Promise((done) => setTimeout(done, 300));
await client.query('select 2');
await client.end();
console.log(JSON.stringify(calls));
