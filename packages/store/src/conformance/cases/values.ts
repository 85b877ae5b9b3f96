import assert from 'node:assert/strict';
import { limits } from '../../limits.ts';
import type { DocumentInput } from '../../model/document.ts';
import type { ConformanceCase } from '../case.ts';
import { onStore, refuses } from './support.ts';

const everything: DocumentInput = {
  str: 'O\'Neil; drop table thing; -- " \\ % _ * é 😀 \u{ffff}',
  empty: '',
  text: { $text: 'long\n'.repeat(5_000) },
  int: 2 ** 53 - 1,
  least: -(2 ** 53 - 1),
  float: 0.1,
  whole: { $float: 3 },
  tiny: 5e-324,
  huge: { $float: 1.797e308 },
  yes: true,
  no: false,
  time: { $datetime: '2020-02-29T12:00:00.123Z' },
  early: { $datetime: '0001-01-01T00:00:00.000Z' },
  late: { $datetime: '9999-12-31T23:59:59.999Z' },
  url: { $url: 'https://example.org/a?b=c#d' },
  list: ['b', 'a', 'b', 3, true],
  nothing: [],
  bare: {},
  nested: { a: { b: 1, c: [] }, 'odd "name"': 'x', constructor: 'y', 10: 'ten' },
  people: [{ role: 'author', age: 1 }, { role: 'editor' }, {}],
  "it's": 1,
};

export const valueCases: readonly ConformanceCase[] = [
  onStore('every datatype comes back as it went in', async (store) => {
    await store.create('/x', { ...everything, type: 'x' });
    assert.deepEqual((await store.get('/x'))!.data, everything);
    await store.update('/x', [{ action: 'update', name: 'str', value: 'changed' }]);
    assert.deepEqual((await store.get('/x'))!.data, { ...everything, str: 'changed' });
    assert.deepEqual((await store.get('/x', 1))!.data, everything);
  }),
  onStore('the explicit form of source 001 is taken', async (store) => {
    await store.create('/a', { type: 'author' });
    await store.create('/x', [
      { name: 'type', datatype: 'ref', value: 'edition' },
      { name: 'title', datatype: 'str', value: 'Foo' },
      { name: 'authors', datatype: 'ref', value: ['/a'] },
      { name: 'size.width', datatype: 'float', value: 2 },
      { name: 'size.unit', datatype: 'str', value: 'cm' },
      { name: 'out', datatype: 'datetime', value: new Date(0) },
    ]);
    const thing = (await store.get('/x'))!;
    assert.equal(thing.type, 'edition');
    assert.deepEqual(thing.data.size, { width: { $float: 2 }, unit: 'cm' });
    assert.deepEqual(thing.properties.find(({ name }) => name === 'out')!.value, new Date(0));
    assert.deepEqual(thing.properties.find(({ name }) => name === 'authors')!.value, ['/a']);
  }),
  onStore('names, keys and types are data', async (store) => {
    const odd = `'"; drop table thing; -- \\ $1 ? %s 😀`;
    await store.create(odd, { type: odd, [odd]: odd });
    assert.deepEqual((await store.get(odd))!.data, { [odd]: odd });
    const found = await store.things([
      { name: odd, op: '=', value: odd },
      { name: 'type', op: '=', value: odd },
    ]);
    assert.deepEqual(found.items, [odd]);
  }),
  onStore('values out of range are refused with their place, and nothing is written', async (store) => {
    const refused: [DocumentInput, string][] = [
      [{ a: 2 ** 53 }, 'a: int'],
      [{ a: Number.NaN }, 'a: float'],
      [{ a: { $float: Number.POSITIVE_INFINITY } }, 'a: float'],
      [{ a: 'nul\0' }, 'NUL'],
      [{ a: ['x', '\ud800'] }, 'a[1]'],
      [{ a: { b: [{ c: new Date(Number.NaN) }] } }, 'a.b[0].c'],
      [{ a: { $url: 'nowhere' } }, 'a: url'],
      [{ a: { $datetime: '2020-02-30' } }, 'a: datetime'],
      [{ a: { $txt: 'x' } }, '$text'],
      [{ a: [['x']] }, 'a[0]'],
      [{ 'a.b': 1 }, 'a.b'],
      [{ key: 'x' }, 'key'],
      [{ '': 1 }, 'empty'],
      [{ a: { $ref: '' } }, 'a: a key'],
    ];
    for (const [properties, named] of refused) {
      await refuses(store.create('/x', { ...properties, type: 'x' }), 'STORE_BAD_VALUE', named);
    }
    for (const key of ['', 'a\0', '\udfff'])
      await refuses(store.create(key, { type: 'x' }), 'STORE_BAD_VALUE', 'key');
    assert.equal(await store.count([]), 0);
  }),
  onStore('what is too long is refused, and what is just not is kept and found', async (store) => {
    const longest = '😀'.repeat(limits.str_bytes_max / 4);
    const key = 'k'.repeat(limits.key_bytes_max);
    // The type and names are those of the projection in `programLayout`: its index rows are the longest.
    await store.create(key, { type: 'edition', title: longest, place: longest });
    const found = await store.things(
      [
        { name: 'type', op: '=', value: 'edition' },
        { name: 'place', op: '=', value: longest },
      ],
      { sort: { name: 'title', datatype: 'str' } },
    );
    assert.deepEqual(found.items, [key]);
    await refuses(
      store.create('/y', { type: 'x', a: `${longest}!` }),
      'STORE_TOO_LARGE',
      'a: str',
      '2049',
      'text',
    );
    await refuses(store.create(`${key}!`, { type: 'x' }), 'STORE_TOO_LARGE', 'key', '513');
    const list = Array.from({ length: limits.list_length_max + 1 }, (_, i) => i);
    await refuses(store.create('/y', { type: 'x', list }), 'STORE_TOO_LARGE', 'list', '10001');
    const text = { $text: 'x'.repeat(limits.object_bytes_max) };
    await refuses(store.create('/y', { type: 'x', text }), 'STORE_TOO_LARGE', '/y');
    assert.equal(await store.get('/y'), undefined);
  }),
];
