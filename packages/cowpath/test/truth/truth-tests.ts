import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { compare, type PageResult } from './compare/compare.ts';
import { explain, table } from './compare/print.ts';
import type { Driver } from './drivers/list.ts';
import { freshDatabase, RUN_MS_MAX, run } from './run.ts';

const RECALL_MIN = 0.98;

/**
 * The profile of a set's pages, held against what the pages say that they did. The results are there once
 * the tests of their driver have begun.
 */
export function truthTests(
  set: 'pages' | 'held-out' | 'adversarial',
  drivers: readonly Driver[],
): ReadonlyMap<Driver, readonly PageResult[]> {
  const all = new Map<Driver, readonly PageResult[]>();
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  describe.each(drivers)(`${set}, $name`, (driver) => {
    let results: readonly PageResult[];
    beforeAll(async () => {
      const url = await freshDatabase(postgres.url, `truth_${driver.name}`);
      const { truth, profile } = await run(set, driver, url);
      results = compare(truth, profile);
      all.set(driver, results);
      console.log(table(`${set}, ${driver.name}`, results));
      const wrong = explain(results);
      if (wrong !== '') console.log(wrong);
    }, RUN_MS_MAX);

    test('no false trail is confirmed', () => {
      expect(results.flatMap(({ wrong }) => wrong)).toEqual([]);
    });

    test('true trails that occur three times or more are confirmed', () => {
      const occurred = results.flatMap((result) => result.occurred);
      const missed = results.flatMap((result) => result.missed);
      expect(occurred.length).toBeGreaterThan(0);
      expect(1 - missed.length / occurred.length).toBeGreaterThanOrEqual(RECALL_MIN);
    });

    test.runIf(set === 'adversarial')('the decoys do meet loaded values', () => {
      const decoysOnly = results.filter(({ occurred }) => occurred.length === 0);
      expect(decoysOnly.reduce((sum, { coincidences }) => sum + coincidences, 0)).toBeGreaterThan(500);
    });

    // Among decoys a single query may be counted on either side; what is confirmed may not be wrong.
    test.skipIf(set === 'adversarial')('queries and objects of confirmed trails are counted exactly', () => {
      expect(results.flatMap(({ miscounted }) => miscounted)).toEqual([]);
    });
  });
  return all;
}
