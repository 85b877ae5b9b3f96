/** The plain program, with top-level await. */
import pg from 'pg';
import { close, serve, walk } from './shop.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const server = await serve(pool);
await walk(server);
await close(server, pool);
