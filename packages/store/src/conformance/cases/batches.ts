import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';
import { keysOf, onStore, refuses } from './support.ts';

export const batchCases: readonly ConformanceCase[] = [
  onStore('a batch is written whole, its things may refer to each other', async (store) => {
    const results = await store.write(
      [
        { create: '/a', properties: { type: 'x', to: { $ref: '/b' } } },
        { create: '/b', properties: { type: 'x', to: { $ref: '/a' } } },
      ],
      { author: 'ann' },
    );
    assert.deepEqual(
      results.map(({ key, revision }) => [key, revision]),
      [
        ['/a', 1],
        ['/b', 1],
      ],
    );
    const many = await store.getMany(['/b', '/c', '/a', '/b']);
    assert.deepEqual(
      many.map((thing) => thing?.key),
      ['/b', undefined, '/a', '/b'],
    );
  }),
  onStore('a batch that fails anywhere leaves nothing', async (store) => {
    await store.create('/old', { type: 'x', n: 1 });
    const good = { create: '/new', properties: { type: 'x', brand: 'new' } };
    const update = { update: '/old', actions: [{ action: 'update', name: 'n', value: 2 }] } as const;
    await refuses(
      store.write([good, update, { create: '/old2', properties: { type: 'x', to: { $ref: '/gone' } } }]),
      'STORE_DANGLING_REFERENCE',
      '/gone',
      'to',
    );
    await refuses(store.write([good, { ...update, expectedRevision: 7 }]), 'STORE_CONFLICT', '/old');
    await refuses(store.write([good, update, good]), 'STORE_DUPLICATE_KEY', 'operations[2]', '/new');
    await refuses(store.write([update, { update: '/absent', actions: [] }]), 'STORE_NOT_FOUND', '/absent');
    assert.deepEqual(await keysOf(store, []), ['/old']);
    assert.equal((await store.get('/old'))!.data.n, 1);
    assert.deepEqual(await keysOf(store, [{ present: 'brand' }]), []);
    await store.write([good]);
    assert.deepEqual(await keysOf(store, [{ name: 'brand', op: '=', value: 'new' }]), ['/new']);
  }),
  onStore('a transaction sees its own writes, others do not before it ends', async (store) => {
    await store.create('/x', { type: 'x', n: 1 });
    await store.transaction(async (transaction) => {
      await transaction.update('/x', [{ action: 'update', name: 'n', value: 2 }]);
      await transaction.create('/y', { type: 'x', fresh: 'yes' });
      assert.equal((await transaction.get('/x'))!.data.n, 2);
      assert.deepEqual((await transaction.things([{ name: 'fresh', op: '=', value: 'yes' }])).items, ['/y']);
      assert.equal((await store.get('/x'))!.data.n, 1);
      assert.equal(await store.count([]), 1);
    });
    assert.deepEqual(await keysOf(store, []), ['/x', '/y']);
  }),
  onStore(
    'a transaction that throws leaves nothing; a write that fails inside leaves the rest',
    async (store) => {
      const stop = new Error('stop');
      const failed = store.transaction(async (transaction) => {
        await transaction.create('/x', { type: 'x', neverseen: 'a' });
        throw stop;
      });
      await assert.rejects(failed, stop);
      await store.transaction(async (transaction) => {
        await transaction.create('/y', { type: 'x', neverseen: 'b' });
        await refuses(transaction.create('/y', { type: 'x' }), 'STORE_ALREADY_EXISTS');
        await refuses(
          transaction.create('/z', { type: 'x', to: { $ref: '/x' } }),
          'STORE_DANGLING_REFERENCE',
        );
      });
      assert.deepEqual(await keysOf(store, []), ['/y']);
      assert.deepEqual(await keysOf(store, [{ name: 'neverseen', op: '>=', value: '' }]), ['/y']);
    },
  ),
];
