import assert from 'node:assert/strict';
import type { Engine } from '../engines/engine.ts';
import { memory } from '../engines/memory/engine.ts';
import { isStoreError } from '../errors.ts';
import type { QueryOptions } from '../model/query.ts';
import type { Thing } from '../model/thing.ts';
import type { Access, Operation } from '../store/access.ts';
import { openStore, type Store } from '../store/store.ts';
import { firstStep, type Step, step } from './generate.ts';
import { Random } from './random.ts';

/**
 * Runs random programs on an engine and on the model (the memory engine), and throws at the first step whose
 * outcome differs, naming the seed and the step. The engine must be empty; it is left as the program left it.
 */
export async function runProgram(engine: Engine, seed: number, steps = 40): Promise<void> {
  const random = new Random(seed);
  let time = 1_000_000;
  const clock = (): number => time;
  const [store, model] = await Promise.all([
    openStore({ engine, clock }),
    openStore({ engine: memory(), clock }),
  ]);
  for (let i = 0; i < steps; i++) {
    time += random.below(3);
    const next = i === 0 && random.chance(0.8) ? firstStep(random) : step(random);
    const place = `seed ${seed}, step ${i + 1}: ${shownStep(next)}`;
    await compare(store, model, next, place);
  }
  await compareAll(store, model, `seed ${seed}, at the end`);
}

/**
 * Concurrent writers without coordination; each acknowledged revision says where its write stood in the
 * history of its thing. Replayed in that order on the model, the same histories must come out.
 */
export async function runConcurrent(engine: Engine, seed: number, writers = 6, steps = 12): Promise<void> {
  const random = new Random(seed);
  const clock = (): number => 1_000_000;
  const store = await openStore({ engine, clock });
  const acknowledged: { key: string; revision: number; operation: Operation }[] = [];
  const keys = ['/c/1', '/c/2', '/c/3', '/c/4'];
  const scripts = Array.from({ length: writers }, (_, writer) =>
    Array.from({ length: steps }, (_, i) => ({
      key: random.pick(keys),
      value: `${writer}.${i}`,
      kind: random.below(4),
    })),
  );
  for (const key of keys) await store.create(key, { type: 'edition', log: [], title: key });
  const batch = async (access: Access, operations: Operation[]): Promise<void> => {
    const results = await access.write(operations);
    for (const [i, { key, revision }] of results.entries())
      acknowledged.push({ key, revision, operation: operations[i]! });
  };
  const append = (key: string, value: string): Operation => ({
    update: key,
    actions: [
      { action: 'insert', name: 'log', value },
      { action: 'update', name: 'title', value },
    ],
  });
  await Promise.all(
    scripts.map(async (script) => {
      for (const { key, value, kind } of script) {
        const other = keys[(keys.indexOf(key) + 1) % keys.length]!;
        if (kind === 0) {
          await batch(store, [append(key, value), append(other, value)]);
        } else if (kind === 1) {
          const thing = (await store.get(key))!;
          await unlessConflict(
            batch(store, [{ ...append(key, value), expectedRevision: thing.revision } as Operation]),
          );
        } else if (kind === 2) {
          await unlessConflict(
            store
              .transaction(async (transaction) => {
                const before = (await transaction.get(key))!.revision;
                const [written] = await transaction.write([append(key, value)]);
                assert.equal(
                  written!.revision,
                  before + 1,
                  `seed ${seed}: a transaction saw another's write`,
                );
                return written!;
              })
              .then((written) => {
                acknowledged.push({ key, revision: written.revision, operation: append(key, value) });
              }),
          );
        } else {
          await batch(store, [append(key, value)]);
        }
      }
    }),
  );
  const model = await openStore({ engine: memory(), clock });
  for (const key of keys) await model.create(key, { type: 'edition', log: [], title: key });
  acknowledged.sort((a, b) => a.revision - b.revision);
  for (const { key, revision, operation } of acknowledged) {
    const { expectedRevision: _, ...unconditional } = operation as Extract<Operation, { update: string }>;
    const [written] = await model.write([unconditional]);
    assert.equal(
      written!.revision,
      revision,
      `seed ${seed}: revision ${revision} of ${key} is missing or doubled`,
    );
  }
  await compareAll(store, model, `seed ${seed}, concurrent`);
}

async function unlessConflict(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isStoreError(error, 'STORE_CONFLICT')) throw error;
  }
}

async function compare(store: Access, model: Access, next: Step, place: string): Promise<void> {
  if (next.op === 'transaction') return compareTransactions(store as Store, model as Store, next, place);
  const expected = await outcome(() => perform(model, next));
  const actual = await outcome(() => perform(store, next));
  const conflicts = [actual, expected].map((it) => (it as { code?: string }).code === 'STORE_CONFLICT');
  if (conflicts[0] && !conflicts[1] && !('close' in store)) throw new Overtaken(place);
  assert.deepEqual(actual, expected, place);
  if (next.op === 'things' || next.op === 'versions') await comparePages(store, model, next, expected, place);
}

/** Walks on from a page's ends, both ways. */
async function comparePages(
  store: Access,
  model: Access,
  next: Extract<Step, { op: 'things' | 'versions' }>,
  expected: unknown,
  place: string,
): Promise<void> {
  const { start, end } = ((expected as { value?: unknown }).value ?? {}) as { start?: string; end?: string };
  const { offset: _, ...options } = next.options;
  for (const from of [
    { after: end },
    { before: end },
    { before: start },
    { after: start },
  ] as QueryOptions[]) {
    if (from.after === undefined && from.before === undefined) continue;
    const page: Step = { ...next, options: { ...options, ...from } };
    const theirs = await outcome(() => perform(store, page));
    assert.deepEqual(
      theirs,
      await outcome(() => perform(model, page)),
      `${place} then ${JSON.stringify(from)}`,
    );
  }
}

async function compareTransactions(
  store: Store,
  model: Store,
  { steps, fails }: Extract<Step, { op: 'transaction' }>,
  place: string,
): Promise<void> {
  const stop = new Error('the program ends its transaction');
  const attempt = (): Promise<void> =>
    store.transaction((outer) =>
      model.transaction(async (inner) => {
        for (const [i, next] of steps.entries()) {
          if (next.op === 'transaction') continue;
          await compare(outer, inner, next, `${place} inner step ${i + 1}: ${shownStep(next)}`);
        }
        if (fails) throw stop;
      }),
    );
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error === stop) return;
      // A migration may overtake a transaction; both sides were rolled back, and it is run again.
      if (!(error instanceof Overtaken)) throw error;
    }
  }
}

/** The engine reported a conflict where the model, which has no other writers, sees none. */
class Overtaken extends Error {}

async function perform(access: Access, next: Exclude<Step, { op: 'transaction' }>): Promise<unknown> {
  switch (next.op) {
    case 'create':
      return access.create(next.key, next.properties, { author: next.key.length % 2 === 0 ? 'ann' : 'bob' });
    case 'update':
      return access.update(next.key, next.actions, {
        ...(next.expectedRevision === undefined ? {} : { expectedRevision: next.expectedRevision }),
        comment: 'changed',
      });
    case 'write':
      return access.write(next.steps.map(operationOf));
    case 'get':
      return seen(await access.get(next.key, next.revision));
    case 'getMany':
      return (await access.getMany(next.keys)).map(seen);
    case 'things':
      return access.things(next.conditions, next.options);
    case 'count':
      return access.count(next.conditions);
    case 'versions':
      return access.versions(next.conditions, next.options);
  }
}

function operationOf(next: Extract<Step, { op: 'create' | 'update' }>): Operation {
  return next.op === 'create'
    ? { create: next.key, properties: next.properties }
    : { update: next.key, actions: next.actions, expectedRevision: next.expectedRevision };
}

/** All things, all their revisions, and all versions. */
export async function compareAll(store: Access, model: Access, place: string): Promise<void> {
  const keys = (await model.things([], { limit: 10_000 })).items;
  assert.deepEqual((await store.things([], { limit: 10_000 })).items, keys, place);
  for (const key of keys) {
    const latest = (await model.get(key))!.revision;
    for (let revision = 1; revision <= latest; revision++) {
      const expected = seen(await model.get(key, revision));
      assert.deepEqual(
        seen(await store.get(key, revision)),
        expected,
        `${place}: ${key} revision ${revision}`,
      );
    }
  }
  assert.deepEqual(
    (await store.versions([], { limit: 10_000 })).items,
    (await model.versions([], { limit: 10_000 })).items,
    place,
  );
}

/** What a caller can see of a thing. */
function seen(thing: Thing | undefined): unknown {
  if (thing === undefined) return undefined;
  const { key, type, revision, latestRevision, created, lastModified, data } = thing;
  return { key, type, revision, latestRevision, created, lastModified, data };
}

async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isStoreError(error) && error.code !== 'STORE_ENGINE') return { code: error.code, path: error.path };
    throw error;
  }
}

function shownStep(next: Step): string {
  return JSON.stringify(next);
}
