import { viewProfile } from '@cowpath/profile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { TUNED } from './drivers/list.ts';
import { freshDatabase, RUN_MS_MAX, run } from './run.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

// Where all values there are have been loaded, every lookup meets one. Values cannot tell a follow from a
// free query then: it is reported as a query, with the reference that it may have followed.
test.each(TUNED)(
  'a whole table loaded at start-up, $name: said to be undecided',
  { timeout: RUN_MS_MAX },
  async (driver) => {
    const url = await freshDatabase(postgres.url, `undecidable_${driver.name}`);
    const { profile } = await run('undecidable', driver, url);
    const context = viewProfile(profile).contexts.find(({ path }) => path[0] === 'GET /assortment/:n');
    const product = context?.trails.find(
      ({ origin }) => origin?.kind === 'query' && origin.entity?.table === 'product',
    );
    expect(product?.maybeFrom.map(({ reference }) => [reference.from.table, reference.to_columns])).toEqual([
      ['maker', ['maker_id']],
    ]);
    expect(product?.children.map(({ reference }) => reference?.to.table)).toEqual(['invoice_line']);
  },
);
