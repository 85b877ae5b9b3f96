import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, sqlite } from '../src/index.ts';
import { temporaryDirectory } from './support/directory.ts';
import { testLayouts } from './support/layouts.ts';

/**
 * SQLite plans without statistics. Left to itself it looks for a thing's few values among all values of the
 * property: a sort of ten thousand things then took seconds.
 */

let directory: ReturnType<typeof temporaryDirectory>;
beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(() => directory[Symbol.dispose]());

const TYPE = { name: 'type', op: '=', value: 'edition' } as const;
const queries: Readonly<
  Record<string, [Parameters<Awaited<ReturnType<typeof openStore>>['things']>[0], object]>
> = {
  'a sort': [[TYPE], { sort: { name: 'subtitle', datatype: 'str' } }],
  'a value and a sort': [
    [TYPE, { name: 'subtitle', op: '=', value: 's3' }],
    { sort: { name: 'pages', datatype: 'int', direction: 'desc' } },
  ],
  'a range beside a value': [
    [TYPE, { name: 'subtitle', op: '=', value: 's3' }, { name: 'pages', op: '>', value: 5 }],
    {},
  ],
  'a range': [[TYPE, { name: 'pages', op: '>', value: 5 }], {}],
  'a reference': [[TYPE, { name: 'authors.name', op: '~', value: 'A*' }], {}],
  presence: [[TYPE, { present: 'pages' }], {}],
};

describe.each(Object.keys(testLayouts))('%s', (layout) => {
  test('values of a thing are found by the thing, and things by a value where one is given', async () => {
    const file = directory.file(`${layout}.db`);
    const store = await openStore({ engine: sqlite({ file, layout: testLayouts[layout] }) });
    await store.create('/a/1', { type: 'author', name: 'Ann' });
    await store.write(
      Array.from({ length: 40 }, (_, i) => ({
        create: `/b/${i}`,
        properties: { type: 'edition', subtitle: `s${i % 7}`, pages: i, authors: [{ $ref: '/a/1' }] },
      })),
    );
    const plans = new Database(file, { readonly: true });
    const { prepare } = Database.prototype;
    const seen: string[] = [];
    try {
      Database.prototype.prepare = function (this: Database.Database, text: string) {
        if (text.includes(' as item')) seen.push(text);
        return prepare.call(this, text);
      } as typeof prepare;
      for (const [conditions, options] of Object.values(queries)) await store.things(conditions, options);
    } finally {
      Database.prototype.prepare = prepare;
    }
    expect(seen).toHaveLength(Object.keys(queries).length);
    for (const [i, name] of Object.keys(queries).entries()) {
      const places = seen[i]!.split('?').length - 1;
      const rows = plans.prepare(`explain query plan ${seen[i]}`).all(Array(places).fill(1)) as {
        detail: string;
      }[];
      const plan = rows.map(({ detail }) => detail);
      for (const [at, detail] of plan.entries()) {
        if (!detail.startsWith('CORRELATED')) continue;
        expect(plan[at + 1], `${name}: ${plan.join('\n')}`).toMatch(/thing_id=\?/);
      }
      if (name.includes('a value')) expect(plan.join('\n')).not.toMatch(/SEARCH t .*\(type=\?\)/);
    }
    plans.close();
    await store.close();
  });
});
