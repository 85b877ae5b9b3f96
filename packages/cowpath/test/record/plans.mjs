/** A program that makes one slow query, says so, and lives on without another. */
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query('select count(*) from author a, generate_series(1, 3000000) g where a.id = g');
console.log('queried');
setInterval(() => {}, 1000);
