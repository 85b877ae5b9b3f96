import { channels, context, type LoadMessage, listen } from '@cowpath/profile';
import { expect, test } from 'vitest';
import { openStore } from '../src/index.ts';

test('loads are announced with their origin, objects and context, and not without a listener', async () => {
  await using store = await openStore({ name: 'books' });
  await store.create('/silent', { type: 'edition', title: 'a' });
  const heard: LoadMessage[] = [];
  const errors: unknown[] = [];
  const stop = listen(
    channels.load,
    (message) => heard.push(message),
    (error) => errors.push(error),
  );
  await context('page', async () => {
    await store.create('/b/1', { type: 'edition', title: 'b' });
    await store.things(
      [
        { name: 'type', op: '=', value: 'edition' },
        { name: 'title', op: '>', value: '' },
      ],
      { sort: 'created' },
    );
    await store.getMany(['/b/1', '/absent']);
    await store.create('/b/1', { type: 'edition' }).catch(() => undefined);
  });
  stop();
  await store.get('/b/1');
  expect(errors).toEqual([]);
  expect(
    heard.map(({ load, objects, failed }) => [load.origin?.kind, load.entity.table, objects, failed]),
  ).toEqual([
    ['created', 'edition', 1, false],
    ['query', 'edition', 2, false],
    ['query', 'thing', 1, false],
    ['created', 'edition', 0, true],
  ]);
  expect(heard[1]!.load.origin).toMatchObject({ by: ['type', 'title'], order: ['created', 'key'] });
  expect(heard.every(({ load }) => load.context?.name === 'page' && load.entity.database === 'books')).toBe(
    true,
  );
});
