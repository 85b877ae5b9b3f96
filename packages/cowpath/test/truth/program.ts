/**
 * The program that runs under the recorder: `program.ts SET DRIVER TRUTH_FILE`, with DATABASE_URL. Runs
 * every page of a set, many requests each, then writes the truth that the pages told.
 */
import { writeFileSync } from 'node:fs';
import type { Connect } from './drivers/driver.ts';
import type { Page, Site } from './truth/page.ts';
import { serve } from './truth/serve.ts';
import { Truth } from './truth/truth.ts';

const [set, driver, file] = process.argv.slice(2);
const { pages } = (await import(`./${set}/${driver}/index.ts`)) as { pages: readonly Page<unknown>[] };

const { connect } = (await import(`./drivers/${driver}.ts`)) as { connect: Connect<unknown> };
const { db, close } = await connect(process.env['DATABASE_URL']!);
const site: Site<unknown> = { db, left: [] };
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
await close();

const told = pages.map(({ root, shows, requests }) => ({ root, shows, requests }));
writeFileSync(file!, JSON.stringify({ pages: told, records: truth.records() }));
