/**
 * `handler.mjs flush|interval`: a handler that its platform freezes as soon as it has answered. Each line on
 * standard input is an invocation; its answer is a line on standard output.
 */
import { createInterface } from 'node:readline';
import { context, flush } from 'cowpath';
import pg from 'pg';
import { books } from './shop.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await context('GET /books', () => books(pool, Number(line)));
  if (process.argv[2] === 'flush') await flush();
  console.log(JSON.stringify(answer));
}
