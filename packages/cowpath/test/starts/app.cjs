/** The same program, as CommonJS. */
const { Pool } = require('pg');
const { close, serve, walk } = require('./shop.mjs');

(async () => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
  const server = await serve(pool);
  await walk(server);
  await close(server, pool);
})();
