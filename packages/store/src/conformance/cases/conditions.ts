import assert from 'node:assert/strict';
import type { Condition } from '../../model/conditions.ts';
import type { Store } from '../../store/store.ts';
import type { ConformanceCase } from '../case.ts';
import { keysOf, onStore, refuses } from './support.ts';

async function books(store: Store): Promise<void> {
  await store.write([
    { create: '/p/1', properties: { type: 'place', name: 'Rome' } },
    { create: '/a/1', properties: { type: 'author', name: 'Ann', born: { $ref: '/p/1' } } },
    { create: '/a/2', properties: { type: 'author', name: 'Bob' } },
    {
      create: '/b/1',
      properties: {
        type: 'edition',
        title: '100% proof',
        pages: 100,
        authors: [{ $ref: '/a/1' }],
        size: { unit: 'cm' },
      },
    },
    {
      create: '/b/2',
      properties: {
        type: 'edition',
        title: '100 proofs',
        pages: 200,
        authors: [{ $ref: '/a/1' }, { $ref: '/a/2' }],
      },
    },
    {
      create: '/b/3',
      properties: { type: 'edition', title: 'under_score', pages: [300, 50], tags: ['x', 'y'] },
    },
    {
      create: '/b/4',
      properties: { type: 'edition', title: 'underXscore', authors: [{ $ref: '/a/2' }], pages: 'many' },
    },
  ]);
}

function finds(name: string, conditions: readonly Condition[], ...keys: string[]): ConformanceCase {
  return onStore(`finds ${name}`, async (store) => {
    await books(store);
    assert.deepEqual(await keysOf(store, conditions), keys);
    assert.equal(await store.count(conditions), keys.length);
  });
}

export const conditionCases: readonly ConformanceCase[] = [
  finds('by equality', [{ name: 'pages', op: '=', value: 100 }], '/b/1'),
  finds('by each element of a list', [{ name: 'pages', op: '<', value: 60 }], '/b/3'),
  finds('by a difference in some element', [{ name: 'tags', op: '!=', value: 'x' }], '/b/3'),
  finds(
    'no element that is equal',
    [{ not: { name: 'pages', op: '>', value: 0 } }, { name: 'type', op: '=', value: 'edition' }],
    '/b/4',
  ),
  finds('by datatype', [{ name: 'pages', op: '>=', datatype: 'str', value: '' }], '/b/4'),
  finds('a literal % and a trailing wildcard', [{ name: 'title', op: '~', value: '100%*' }], '/b/1'),
  finds('a literal _', [{ name: 'title', op: '~', value: 'under_*' }], '/b/3'),
  finds('a wildcard within', [{ name: 'title', op: '~', value: 'under*score' }], '/b/3', '/b/4'),
  finds('through a reference', [{ name: 'authors.name', op: '=', value: 'Ann' }], '/b/1', '/b/2'),
  finds('through two references', [{ name: 'authors.born.name', op: '~', value: 'R*' }], '/b/1', '/b/2'),
  finds('by the key behind a reference', [{ name: 'authors.key', op: '=', value: '/a/2' }], '/b/2', '/b/4'),
  finds(
    'by the reference itself',
    [{ name: 'authors', op: '=', datatype: 'ref', value: '/a/2' }],
    '/b/2',
    '/b/4',
  ),
  finds('no reference to what is not there', [{ name: 'authors', op: '=', datatype: 'ref', value: '/a/9' }]),
  finds(
    'all references but to what is not there',
    [{ name: 'authors', op: '!=', datatype: 'ref', value: '/a/9' }],
    '/b/1',
    '/b/2',
    '/b/4',
  ),
  finds('what is nested', [{ name: 'size.unit', op: '=', value: 'cm' }], '/b/1'),
  finds('what is present', [{ present: 'tags' }], '/b/3'),
  finds('what is absent', [{ absent: 'authors' }, { name: 'type', op: '=', value: 'edition' }], '/b/3'),
  finds('what is present behind a reference', [{ present: 'authors.born' }], '/b/1', '/b/2'),
  finds(
    'one of two',
    [
      {
        or: [
          { name: 'pages', op: '=', value: 100 },
          { name: 'tags', op: '=', value: 'y' },
        ],
      },
    ],
    '/b/1',
    '/b/3',
  ),
  finds(
    'two at once',
    [
      {
        and: [
          { name: 'authors.name', op: '=', value: 'Ann' },
          { name: 'authors.name', op: '=', value: 'Bob' },
        ],
      },
    ],
    '/b/2',
  ),
  finds('all for no condition', [{ and: [] }, { name: 'type', op: '=', value: 'author' }], '/a/1', '/a/2'),
  finds('nothing for an empty choice', [{ or: [] }]),
  finds('nothing for a name never used', [{ name: 'nix', op: '=', value: 1 }]),
  finds('by key', [{ name: 'key', op: '~', value: '/a/*' }], '/a/1', '/a/2'),
  onStore('wrong conditions are refused with their place', async (store) => {
    const refused: [unknown, string][] = [
      [[{ name: 'a', op: '==', value: 1 }], 'conditions[0].op'],
      [[{ name: 'a', op: '=', datatype: 'string', value: 1 }], 'conditions[0].datatype'],
      [[{ or: [{ name: 'a', op: '=', value: null }] }], 'conditions[0].or[0].value'],
      [[{ name: 'a', operator: '=', value: 1 }], 'operator'],
      [[{ name: 'a', op: '<', datatype: 'ref', value: '/x' }], 'a.key'],
      [[{ name: 'a', op: '=', datatype: 'text', value: 'x' }], 'text'],
      [[{ name: 'a.b.c.d.e.f.g', op: '=', value: 1 }], 'at most'],
      ['a=1', 'conditions'],
    ];
    for (const [conditions, named] of refused) {
      const [only] = [store.things(conditions as readonly Condition[])];
      await refuses(
        only,
        named === 'conditions[0].datatype' ? 'STORE_BAD_VALUE' : 'STORE_BAD_CONDITION',
        named,
      );
    }
    await refuses(
      store.things([{ name: 'a', op: '=', datatype: 'int', value: 'x' }]),
      'STORE_BAD_VALUE',
      'conditions[0].value',
    );
  }),
];
