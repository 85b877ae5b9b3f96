/** A bundle that begins to record once it runs, where it is told what with. */
import pg from 'pg';
import { close, serve, walk } from './shop.mjs';

const { REGISTER } = process.env;
if (REGISTER) await import(REGISTER);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const server = await serve(pool);
await walk(server);
await close(server, pool);
