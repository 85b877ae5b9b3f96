import assert from 'node:assert/strict';
import type { SortKey } from '../../model/query.ts';
import type { Store } from '../../store/store.ts';
import type { ConformanceCase } from '../case.ts';
import { keysOf, onStore, refuses } from './support.ts';

const words = ['\u{ffff}', '😀', 'a', '', 'B', 'b', '\u{e000}', 'ab', 'é', '\u{d7ff}'];
const byCodePoint = ['', 'B', 'a', 'ab', 'b', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '😀'];

async function fill(store: Store): Promise<void> {
  await store.write(
    words.map((word, i) => ({ create: `/w/${i}`, properties: { type: 'w', word, n: i % 3 } })),
  );
  await store.write([
    { create: '/none', properties: { type: 'w' } },
    { create: '/list', properties: { type: 'w', word: ['c', 'A'], n: 9 } },
  ]);
}

export const pageCases: readonly ConformanceCase[] = [
  onStore('sorts by code point, absent first ascending, lists by their least and greatest', async (store) => {
    await fill(store);
    const word: SortKey = { name: 'word', datatype: 'str' };
    const wordOf = async (key: string) => (await store.get(key))!.data.word;
    const ascending = await keysOf(store, [], { sort: word });
    assert.equal(ascending[0], '/none');
    const single = (keys: readonly string[]) => keys.filter((key) => key.startsWith('/w/'));
    assert.deepEqual(await Promise.all(single(ascending).map(wordOf)), byCodePoint);
    assert.equal(ascending[2], '/list');
    const descending = await keysOf(store, [], { sort: { ...word, direction: 'desc' } });
    assert.equal(descending.at(-1), '/none');
    assert.deepEqual(await Promise.all(single(descending).map(wordOf)), byCodePoint.toReversed());
    assert.equal(descending.indexOf('/list'), descending.indexOf('/w/5') + -1);
  }),
  onStore('keyset pages walk the whole order both ways, with several sort keys', async (store) => {
    await fill(store);
    const sort: SortKey[] = [
      { name: 'n', datatype: 'int', direction: 'desc' },
      { name: 'word', datatype: 'str' },
    ];
    const all = await keysOf(store, [], { sort });
    assert.equal(all.length, 12);
    const forwards: string[] = [];
    let page = await store.things([], { sort, limit: 5 });
    const first = page;
    while (page.items.length > 0) {
      forwards.push(...page.items);
      page = await store.things([], { sort, limit: 5, after: page.end });
    }
    assert.deepEqual(forwards, all);
    const last = await store.things([], {
      sort,
      limit: 5,
      after: (await store.things([], { sort, limit: 7 })).end,
    });
    const before = await store.things([], { sort, limit: 7, before: last.start });
    assert.deepEqual([...before.items, ...last.items], all);
    assert.deepEqual((await store.things([], { sort, limit: 5, before: first.start })).items, []);
  }),
  onStore('limit, offset and wrong cursors', async (store) => {
    await fill(store);
    const all = await keysOf(store, []);
    assert.deepEqual(await keysOf(store, [], { limit: 3, offset: 2 }), all.slice(2, 5));
    assert.deepEqual(await keysOf(store, [], { limit: 0 }), []);
    const { end } = await store.things([], { limit: 1 });
    await refuses(store.things([], { sort: 'created', after: end }), 'STORE_BAD_CURSOR', 'cursor');
    await refuses(store.things([], { after: 'nonsense' }), 'STORE_BAD_CURSOR', 'cursor');
    await refuses(store.things([], { limt: 3 } as never), 'STORE_BAD_OPTION', '"limit"');
    await refuses(store.things([], { limit: -1 }), 'STORE_BAD_OPTION', 'limit');
    await refuses(store.things([], { sort: 'word' }), 'STORE_BAD_OPTION', 'datatype');
  }),
];
