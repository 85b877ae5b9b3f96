/** A statement whose text is a getter of its class, as template libraries make them. */
import { context } from 'cowpath';
import pg from 'pg';

class Built {
  get text() {
    return 'select id from item where id = $1';
  }
  get values() {
    return [1];
  }
}
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
await pool.query('create temporary table item (id int primary key)');
await context('getters', async () => {
  for (let i = 0; i < 3; i++) await pool.query(new Built());
});
await pool.end();
