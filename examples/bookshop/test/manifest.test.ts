import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBookshop } from '../src/data/bookshop.ts';
import { computeManifest } from '../src/manifest/compute.ts';
import type { FollowTruth, Manifest, OriginTruth } from '../src/manifest/format.ts';
import { demoRequests, REQUESTS_BY_ROUTE } from '../src/traffic/requests.ts';
import { sendRequests } from '../src/traffic/send.ts';
import { useBookshop } from './bookshop.ts';

const shop = useBookshop();

async function committed(): Promise<Manifest> {
  return JSON.parse(await readFile(join(import.meta.dirname, '..', 'manifest.json'), 'utf8'));
}

type Totals = Record<string, { queries: number; objects: number }>;

function add(totals: Totals, key: string, queries: number, objects: number): void {
  totals[key] ??= { queries: 0, objects: 0 };
  totals[key].queries += queries;
  totals[key].objects += objects;
}

/** What the manifest says, by table and the columns that conditions speak of. */
function totalsOf(manifest: Manifest): Totals {
  const totals: Totals = {};
  function addStep(step: OriginTruth | FollowTruth): void {
    if ('origin' in step) {
      const { origin } = step;
      const key =
        origin.kind === 'created' ? `insert ${origin.entity}` : `select ${origin.entity} ${origin.by}`;
      add(totals, key, step.queries, step.objects);
    } else {
      const { to, via, toColumns } = step.reference;
      add(totals, `select ${via ?? to} ${toColumns}`, step.queries, step.objects);
    }
    for (const follow of step.follows) addStep(follow);
  }
  for (const { trails, writes } of manifest.contexts) {
    for (const trail of trails) addStep(trail);
    for (const { verb, entity, by, queries } of writes) {
      add(totals, verb === 'insert' ? `insert ${entity}` : `delete ${entity} ${by}`, queries, 0);
    }
  }
  return totals;
}

/** The same of what Postgres counted, from the texts of its statements. Rows that a write touched are left out. */
function totalsOfStatements(statements: { query: string; calls: number; rows: number }[]): Totals {
  const totals: Totals = {};
  for (const { query, calls, rows } of statements) {
    const [, verb, table] =
      /^(select|insert|delete)\b.*?(?:from|into) "bookshop"\."(\w+)"/s.exec(query) ?? [];
    if (!verb || !table) continue;
    const where = / where (.*?)(?: order by | group by | limit | for update|$)/s.exec(query)?.[1] ?? '';
    const columns = [...where.matchAll(/"(\w+)"\)? (?:=|in|is null|like)/g)].map(([, column]) => column);
    const loads = verb === 'select' || / returning /.test(query);
    add(
      totals,
      verb === 'insert' ? `insert ${table}` : `${verb} ${table} ${columns}`,
      calls,
      loads ? rows : 0,
    );
  }
  return totals;
}

test('manifest.json is what the data and the requests give', async () => {
  expect(await computeManifest(shop.url)).toEqual(await committed());
});

test('the traffic is the same every time, with as many requests to each route as promised', () => {
  const bookshop = makeBookshop();
  const requests = demoRequests(bookshop);
  expect(demoRequests(bookshop)).toEqual(requests);
  for (const [route, count] of Object.entries(REQUESTS_BY_ROUTE)) {
    expect(requests.filter((request) => request.route === route)).toHaveLength(count);
  }
});

test('Postgres counts the statements and rows that the manifest foretells', async () => {
  await shop.rows('create extension pg_stat_statements');
  await shop.rows('select pg_stat_statements_reset()');
  const url = await shop.app.listen({ port: 0, host: '127.0.0.1' });
  await sendRequests(url, demoRequests(makeBookshop()));
  const statements = await shop.rows<{ query: string; calls: number; rows: number }>(
    'select query, calls::int, rows::int from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())',
  );
  expect(totalsOfStatements(statements)).toEqual(totalsOf(await committed()));
});

test('sending stops at the first answer that is no success, and says which', async () => {
  const requests = [{ route: 'GET /books/:id', bookId: 99_999 } as const];
  await expect(sendRequests(shop.app.listeningOrigin, requests)).rejects.toMatchObject({
    code: 'BOOKSHOP_UNEXPECTED_ANSWER',
    message: expect.stringContaining('GET /books/99999 was answered with 404'),
  });
});
