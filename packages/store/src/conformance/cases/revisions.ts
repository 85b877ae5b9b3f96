import assert from 'node:assert/strict';
import { Conflict } from '../../errors.ts';
import type { ConformanceCase } from '../case.ts';
import { keysOf, onStore, refuses } from './support.ts';

export const revisionCases: readonly ConformanceCase[] = [
  onStore('every revision stays readable', async (store) => {
    await store.create('/x', { type: 'a', n: 1 });
    for (let n = 2; n <= 5; n++) {
      const written = await store.update('/x', [{ action: 'update', name: 'n', value: n }]);
      assert.deepEqual(written, { key: '/x', revision: n, changed: true });
    }
    await store.update('/x', [{ action: 'update', name: 'type', value: 'b' }]);
    for (let n = 1; n <= 5; n++) {
      const thing = (await store.get('/x', n))!;
      assert.deepEqual([thing.type, thing.revision, thing.latestRevision, thing.data.n], ['a', n, 6, n]);
    }
    assert.equal((await store.get('/x'))!.type, 'b');
    assert.equal(await store.get('/x', 7), undefined);
    assert.equal(await store.get('/y'), undefined);
  }),
  onStore('actions insert, update, update_list and delete', async (store) => {
    await store.create('/x', { type: 'a', s: 'x', list: ['a', 'b', 'a'], o: { p: 1 } });
    await store.update('/x', [
      { action: 'insert', name: 'new', datatype: 'float', value: 1 },
      { action: 'insert', name: 'list', value: 'c' },
      { action: 'delete', name: 'list', value: 'a' },
      { action: 'insert', name: 'o.q.r', value: 2 },
      { action: 'delete', name: 'o.p' },
      { action: 'update', name: 's', value: { $text: 'y' } },
      { action: 'update_list', name: 'refs', datatype: 'ref', value: ['/x'] },
    ]);
    assert.deepEqual((await store.get('/x'))!.data, {
      s: { $text: 'y' },
      list: ['b', 'c'],
      o: { q: { r: 2 } },
      new: { $float: 1 },
      refs: [{ $ref: '/x' }],
    });
    const failing = [
      [{ action: 'insert', name: 's', value: 'z' }, 'insert'],
      [{ action: 'update', name: 'absent', value: 'z' }, 'absent'],
      [{ action: 'update', name: 'list', value: 'z' }, 'update_list'],
      [{ action: 'delete', name: 'absent' }, 'absent'],
      [{ action: 'delete', name: 'list', value: 'z' }, 'list'],
      [{ action: 'update', name: 'key', value: 'z' }, 'key'],
      [{ action: 'updat', name: 's', value: 'z' }, '"update"'],
    ] as const;
    for (const [action, named] of failing) {
      await refuses(
        store.update('/x', [{ action: 'delete', name: 'o' }, action as never]),
        'STORE_BAD_ACTION',
        'actions[1]',
        named,
      );
    }
    assert.equal((await store.get('/x'))!.revision, 2);
  }),
  onStore('an update that changes nothing makes no revision', async (store) => {
    await store.create('/x', { type: 'a', s: 'x' });
    const written = await store.update('/x', [{ action: 'update', name: 's', value: 'x' }]);
    assert.deepEqual(written, { key: '/x', revision: 1, changed: false });
    assert.equal((await store.versions([])).items.length, 1);
  }),
  onStore('a stale revision is a conflict that says both revisions', async (store) => {
    await store.create('/x', { type: 'a', n: 1 });
    await store.update('/x', [{ action: 'update', name: 'n', value: 2 }], { expectedRevision: 1 });
    const stale = store.update('/x', [{ action: 'update', name: 'n', value: 3 }], { expectedRevision: 1 });
    await assert.rejects(stale, (error) => {
      assert.ok(error instanceof Conflict);
      assert.deepEqual([error.key, error.expectedRevision, error.actualRevision], ['/x', 1, 2]);
      return true;
    });
    assert.equal((await store.get('/x'))!.data.n, 2);
    await refuses(store.update('/y', []), 'STORE_NOT_FOUND', '/y');
    await refuses(store.create('/x', { type: 'a' }), 'STORE_ALREADY_EXISTS', '/x');
  }),
  onStore('only one of many concurrent writers of one revision wins', async (store) => {
    await store.create('/x', { type: 'a', n: 0 });
    const attempts = Array.from({ length: 8 }, (_, n) =>
      store.update('/x', [{ action: 'update', name: 'n', value: n + 1 }], { expectedRevision: 1 }),
    );
    const results = await Promise.allSettled(attempts);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results)
      if (result.status === 'rejected') assert.ok(result.reason instanceof Conflict);
    assert.equal((await store.get('/x'))!.revision, 2);
  }),
  onStore('a type change moves the thing', async (store) => {
    await store.create('/x', { type: 'edition', title: 'a', pages: 3 });
    await store.update('/x', [{ action: 'update', name: 'type', value: 'author' }]);
    const typed = (type: string) =>
      keysOf(store, [
        { name: 'type', op: '=', value: type },
        { name: 'title', op: '=', value: 'a' },
      ]);
    assert.deepEqual(await typed('edition'), []);
    assert.deepEqual(await typed('author'), ['/x']);
    assert.deepEqual(await keysOf(store, [{ name: 'pages', op: '<', value: 4 }]), ['/x']);
  }),
  onStore('versions tell who, when and why, newest first', async (store) => {
    await store.create('/x', { type: 'a' }, { author: 'ann', comment: 'first' });
    await store.create('/y', { type: 'b' });
    await store.update('/x', [{ action: 'insert', name: 'n', value: 1 }], { author: 'bob' });
    const all = await store.versions([{ name: 'key', op: '=', value: '/x' }]);
    assert.deepEqual(
      all.items.map((it) => [it.revision, it.author, it.comment]),
      [
        [2, 'bob', undefined],
        [1, 'ann', 'first'],
      ],
    );
    assert.equal((await store.versions([{ absent: 'author' }])).items[0]!.key, '/y');
    assert.equal((await store.versions([{ name: 'created', op: '<=', value: new Date() }])).items.length, 3);
    await refuses(
      store.versions([{ name: 'autor', op: '=', value: 'x' }]),
      'STORE_BAD_CONDITION',
      '"author"',
    );
  }),
];
