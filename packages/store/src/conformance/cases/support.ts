import assert from 'node:assert/strict';
import { isStoreError, type StoreErrorCode } from '../../errors.ts';
import type { StoreOptions } from '../../store/store.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { ConformanceCase } from '../case.ts';

/** A case that works on an empty store, closed afterwards. */
export function onStore(
  name: string,
  work: (store: Store) => Promise<void>,
  options: Omit<StoreOptions, 'engine'> = {},
): ConformanceCase {
  return {
    name,
    async run(setup) {
      const store = await openStore({ ...options, engine: await setup.engine() });
      try {
        await work(store);
      } finally {
        await store.close();
      }
    },
  };
}

/** The work fails with this code, and its message names these. */
export async function refuses(
  work: Promise<unknown>,
  code: StoreErrorCode,
  ...named: string[]
): Promise<void> {
  const error = await work.then(
    (value) => assert.fail(`expected ${code}, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!isStoreError(error)) throw error;
  assert.equal(error.code, code, error.message);
  for (const name of named)
    assert.ok(error.message.includes(name), `${JSON.stringify(error.message)} lacks ${name}`);
}

export async function keysOf(store: Store, ...args: Parameters<Store['things']>): Promise<readonly string[]> {
  return (await store.things(...args)).items;
}
