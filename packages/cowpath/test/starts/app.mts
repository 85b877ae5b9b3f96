/** The same program, in TypeScript that Node alone does not run. */
import { Pool } from 'pg';
import { close, serve, walk } from './shop.mjs';

enum Size {
  Small = 2,
}

class Shop {
  constructor(readonly pool: Pool) {}
}

const shop = new Shop(new Pool({ connectionString: process.env['DATABASE_URL'], max: Size.Small }));
const server = await serve(shop.pool);
await walk(server);
await close(server, shop.pool);
