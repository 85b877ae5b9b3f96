import pg from 'pg';
import { hashBookshop, makeBookshop, SEED } from '../data/bookshop.ts';
import { type DemoRequest, demoRequests, type Route } from '../traffic/requests.ts';
import type { ContextTruth, Manifest } from './format.ts';
import { PAGES, type Sql } from './pages.ts';

/** Computes the manifest on a database that is loaded and has seen no traffic yet. */
export async function computeManifest(databaseUrl: string): Promise<Manifest> {
  const bookshop = makeBookshop(SEED);
  const requests = demoRequests(bookshop);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const sql: Sql = async (text, parameters = []) => (await client.query(text, parameters)).rows[0];
    const contexts: ContextTruth[] = [];
    for (const [route, page] of Object.entries(PAGES)) {
      contexts.push(...(await page(sql, requestsOf(requests, route as Route) as never)));
    }
    return {
      version: 1,
      seed: SEED,
      dataSha256: hashBookshop(bookshop),
      requests: requests.length,
      contexts,
    };
  } finally {
    await client.end();
  }
}

function requestsOf(requests: readonly DemoRequest[], route: Route): DemoRequest[] {
  return requests.filter((request) => request.route === route);
}
