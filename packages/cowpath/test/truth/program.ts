/**
 * The program that runs under the recorder: `program.ts SET DRIVER TRUTH_FILE`, with DATABASE_URL. Runs
 * every page of a set, many requests each, then writes the truth that the pages told.
 */
import { writeFileSync } from 'node:fs';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Page, Site } from './truth/page.ts';
import { serve } from './truth/serve.ts';
import { Truth } from './truth/truth.ts';

const [set, driver, file] = process.argv.slice(2);
const { pages } = (await import(`./${set}/${driver}/index.ts`)) as { pages: readonly Page[] };

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 6 });
const site: Site = { pool, db: drizzle(pool), left: [] };
const truth = new Truth();

for (const page of pages) await page.startUp?.(site, truth.context(['(start-up)']));
const server = await serve(pages, site, truth);
for (const page of pages) {
  let next = 1;
  const worker = async (): Promise<void> => {
    while (next <= page.requests) await server.request(page, next++);
  };
  await Promise.all(Array.from({ length: page.together }, worker));
}
await Promise.all(site.left);
await server.close();
await pool.end();

const told = pages.map(({ root, shows, requests }) => ({ root, shows, requests }));
writeFileSync(file!, JSON.stringify({ pages: told, records: truth.records() }));
