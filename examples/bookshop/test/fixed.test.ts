import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApp } from '../src/app.ts';
import { makeBookshop } from '../src/data/bookshop.ts';
import { type OpenDatabase, openDatabase } from '../src/database/open.ts';
import { PAGES } from '../src/pages/pages.ts';
import { demoRequests, toHttp } from '../src/traffic/requests.ts';
import { useBookshop } from './bookshop.ts';

const shop = useBookshop();
let opened: OpenDatabase;
let apps: ReturnType<typeof makeApp>[];

beforeAll(() => {
  opened = openDatabase(shop.url);
  apps = [makeApp(opened.db, PAGES['as-written']), makeApp(opened.db, PAGES.fixed)];
});

afterAll(async () => {
  for (const app of apps) await app.close();
  await opened.close();
});

const paths = new Set(
  demoRequests(makeBookshop())
    .map(toHttp)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path),
);
for (const path of [
  '/books',
  '/books?page=400',
  '/books?page=401',
  '/books?page=0',
  '/books/20001',
  '/authors/2001',
])
  paths.add(path);

test('the fixed pages answer byte for byte what the pages as written do', async () => {
  expect(paths.size).toBeGreaterThan(400);
  for (const path of paths) {
    const [written, fixed] = await Promise.all(apps.map((app) => app.inject(path)));
    expect(fixed!.statusCode, path).toBe(written!.statusCode);
    expect(fixed!.rawPayload.equals(written!.rawPayload), path).toBe(true);
  }
});

test('authors without books or reviews are shown the same', async () => {
  for (const id of [1, 2, 3, 500, 1999, 2000]) {
    const [written, fixed] = await Promise.all(apps.map((app) => app.inject(`/authors/${id}`)));
    expect(fixed!.body).toBe(written!.body);
  }
});

test('a cart becomes the same order', async () => {
  const carts = await shop.rows<{ user_id: number }>(
    'select distinct user_id from bookshop.cart_item order by 1 limit 20',
  );
  class Undone extends Error {}
  for (const { user_id } of carts) {
    const receipts: unknown[] = [];
    for (const { checkOut } of Object.values(PAGES)) {
      const undone = opened.db.transaction(async (tx) => {
        const { lines, totalCents } = (await checkOut(tx, user_id))!;
        const empty = (await checkOut(tx, user_id)) === undefined;
        receipts.push({ lines, totalCents, empty });
        throw new Undone();
      });
      await expect(undone).rejects.toThrow(Undone);
    }
    expect(receipts[1]).toEqual(receipts[0]);
    expect(receipts[0]).toMatchObject({ empty: true });
  }
});

test('each fixed page asks as many statements as it has levels, however much it shows', async () => {
  let asked = 0;
  const pool = (opened.db as unknown as { $client: { query(...args: unknown[]): unknown } }).$client;
  const query = pool.query.bind(pool);
  pool.query = (...args) => {
    asked++;
    return query(...args);
  };
  const counts: Record<string, number> = {};
  for (const path of ['/books', '/books/1', '/search?q=the%20silent', '/categories', '/authors/1']) {
    asked = 0;
    expect((await apps[1]!.inject(path)).statusCode).toBe(200);
    counts[path] = asked;
  }
  expect(counts).toEqual({
    '/books': 2,
    '/books/1': 3,
    '/search?q=the%20silent': 2,
    '/categories': 1,
    '/authors/1': 3,
  });
});
