import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Context,
  channels,
  closeContext,
  type Load,
  OTHER,
  openContext,
  type ProfileBuilder,
  type Step,
} from '@cowpath/profile';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { optionsFrom } from '../../src/recorder/options.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { loadParser } from '../../src/sql/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let recorder: Recorder;
beforeAll(loadParser);
beforeEach(() => {
  recorder = new Recorder(optionsFrom({ COWPATH_EVERY_RUN: '1' }, () => {}));
  recorder.start(() => null);
});
afterEach(() => recorder.stop());

const runs = (name: string): number =>
  [...recorder.builder.contexts.values()].find(({ path }) => path.at(-1) === name)?.runs ?? 0;

/** Announces a load in a context, or outside all of them; nothing holds it afterwards. */
function announce(table: string, context: Context | null): void {
  const entity = { database: 'd', schema: null, table };
  const origin = { kind: 'query', entity, by: ['id'], order: [] } as const;
  const load: Load = { parent: null, origin, reference: null, entity, context, slot: null };
  channels.load.publish({
    load,
    queries: 1,
    objects: 1,
    keys: 1,
    time_ns: 1000,
    wait_ns: 0,
    failed: false,
  });
}

test('a context that outlives its root by far is still counted when it closes', () => {
  const root = openContext('request', null);
  const late = openContext('left behind', root);
  closeContext(root);
  // What was known of the root is let go of.
  recorder.settle(true);
  closeContext(late);
  recorder.settle(true);
  expect(runs('request')).toBe(1);
  expect(runs('left behind')).toBe(1);
});

test('a context that closes after its root is counted, however many others close then', async () => {
  const root = openContext('request', null);
  const late = openContext('left behind', root);
  closeContext(root);
  recorder.settle();
  closeContext(late);
  for (let i = 0; i < 1000; i++) closeContext(openContext('other', null));
  // The recorder's own timer takes the others, before anything else is settled.
  for (let i = 0; i < 500 && runs('other') < 1000; i++) await new Promise((done) => setTimeout(done, 10));
  recorder.settle(true);
  expect(runs('other')).toBe(1000);
  expect(runs('left behind')).toBe(1);
});

test('a context that is closed twice is one run', () => {
  const root = openContext('request', null);
  closeContext(root);
  closeContext(root);
  recorder.settle(true);
  expect(runs('request')).toBe(1);
});

/** Whether it is let go of within a few collections. */
async function collected(what: WeakRef<object>): Promise<boolean> {
  for (let i = 0; i < 20 && what.deref() !== undefined; i++) {
    await new Promise((done) => setImmediate(done));
    collect();
  }
  return what.deref() === undefined;
}

test('contexts that never close are not held for ever', async () => {
  const first = ((): WeakRef<Context> => {
    const context = openContext('never closes', null);
    announce('book', context);
    return new WeakRef(context);
  })();
  for (let i = 0; i < 20_000; i++) announce('book', openContext('never closes', null));
  expect(await collected(first)).toBe(true);
  const [trail] = recorder.builder.context(['never closes']).trails.values();
  expect(trail!.use(['never closes'])).toMatchObject({ queries: 20_001, roots: 20_001 });
});

test('a long-lived root holds no step of the segments before', async () => {
  const before = ((): WeakRef<Step> => {
    announce('book', null);
    const [context] = recorder.builder.contexts.values();
    const [step] = context!.trails.values();
    return new WeakRef(step!);
  })();
  recorder.rotate();
  expect(await collected(before)).toBe(true);
});

test('a segment holds no note that says "0 times"', () => {
  recorder.guard.failed('COWPATH_NOT_SAVED', new Error('full'));
  announce('book', null);
  expect(recorder.segment(0).notes).toEqual({ COWPATH_NOT_SAVED: 1 });
  recorder.rotate();
  announce('book', null);
  expect(recorder.segment(0).notes).toEqual({});
});

test('what failed between the last save and a new segment is noted in that one', () => {
  announce('book', null);
  recorder.segment(0);
  recorder.guard.failed('COWPATH_NOT_SAVED', new Error('full'));
  recorder.rotate();
  announce('book', null);
  expect(recorder.segment(0).notes).toEqual({ COWPATH_NOT_SAVED: 1 });
});

test('beyond the cap of contexts, places stand under (other) as their runs do', () => {
  const all = 1500;
  for (let i = 0; i < all; i++) {
    const root = openContext(`job ${i}`, null);
    announce('book', root);
    closeContext(root);
  }
  recorder.settle(true);
  const places = placesOf(recorder.builder);
  for (const [place, queries] of places) expect([place, runs(place)]).toEqual([place, queries]);
  expect(runs(OTHER)).toBe(all - 1000);
  expect([...places.values()].reduce((sum, queries) => sum + queries, 0)).toBe(all);
});

/** Queries by the last name of the place where they were issued. */
function placesOf(builder: ProfileBuilder): Map<string, number> {
  const places = new Map<string, number>();
  for (const { trails } of builder.contexts.values())
    for (const { uses } of trails.values())
      for (const { place, queries } of uses.values())
        places.set(place.at(-1)!, (places.get(place.at(-1)!) ?? 0) + queries);
  return places;
}
