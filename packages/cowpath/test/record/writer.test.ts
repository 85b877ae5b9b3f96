import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels, type Load, readProfile } from '@cowpath/profile';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { optionsFrom } from '../../src/recorder/options.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { Writer } from '../../src/recorder/writer.ts';
import { loadParser } from '../../src/sql/index.ts';
import { temporary } from '../recorded.ts';

let place: ReturnType<typeof temporary>;
let folder: string;
let recorder: Recorder;
let writer: Writer;
let warnings: string[];

beforeAll(loadParser);
beforeEach(() => {
  place = temporary();
  folder = join(place.folder, 'profile');
  begin();
});
afterEach(() => {
  vi.useRealTimers();
  recorder.stop();
  place.remove();
});

function begin(): void {
  const options = optionsFrom({ COWPATH_DIR: folder, COWPATH_SEGMENT_SPAN_MS: '1000' }, () => {});
  recorder = new Recorder(options);
  recorder.start(() => null);
  warnings = [];
  writer = new Writer(recorder, options, (warning) => warnings.push(warning));
}

function announce(): void {
  const entity = { database: 'd', schema: null, table: 'book' };
  const origin = { kind: 'query', entity, by: ['id'], order: [] } as const;
  const load: Load = { parent: null, origin, reference: null, entity, context: null, slot: null };
  const counts = { queries: 1, objects: 1, keys: 1, time_ns: 1000, wait_ns: 0, failed: false };
  channels.load.publish({ load, ...counts });
}

function saved(): number {
  if (!existsSync(folder)) return 0;
  const { builder, problems } = readProfile(folder, { half_life_days: Number.POSITIVE_INFINITY });
  expect(problems).toEqual([]);
  const steps = [...builder.contexts.values()].flatMap(({ trails }) => [...trails.values()]);
  const uses = steps.flatMap((step) => [...step.uses.values()]);
  return uses.reduce((sum, { queries }) => sum + queries, 0);
}

const segments = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.cowpath.json'));

test('what is recorded while a save is under way is in the one asked for then', async () => {
  announce();
  const under_way = writer.flush();
  announce();
  await Promise.all([writer.flush(), writer.flush()]);
  expect(saved()).toBe(2);
  await under_way;
});

test('a folder that vanishes comes back with everything', async () => {
  announce();
  await writer.flush();
  rmSync(folder, { recursive: true });
  announce();
  await writer.flush();
  expect(saved()).toBe(2);
});

test('nothing is lost while there is no room, over several segments, once there is', async () => {
  writeFileSync(folder, '');
  for (let i = 0; i < 5; i++) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1500 });
    announce();
    await writer.flush();
  }
  expect(warnings).toHaveLength(1);
  rmSync(folder);
  await writer.flush();
  expect(saved()).toBe(5);
  announce();
  await writer.flush();
  expect(saved()).toBe(6);
});

test('and at the end of the process, with what the new segment has', async () => {
  announce();
  writeFileSync(folder, '');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1500 });
  await writer.flush();
  announce();
  await writer.flush();
  rmSync(folder);
  writer.flushSync();
  expect(saved()).toBe(2);
  expect(segments()).toHaveLength(2);
});

test('a clock that is set back loses nothing, and a segment never ends before it begins', async () => {
  announce();
  await writer.flush();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  announce();
  await writer.flush();
  expect(saved()).toBe(2);
  const { from_ms, to_ms } = readProfile(folder);
  expect(to_ms).toBeGreaterThanOrEqual(from_ms);
  // An hour and a second on the clock: the span is over by it.
  for (let i = 0; i < 3; i++) {
    vi.setSystemTime(Date.now() + 1500);
    announce();
    await writer.flush();
  }
  expect(saved()).toBe(5);
  expect(segments().length).toBeGreaterThan(1);
});

test('a save leaves nothing but segments', async () => {
  announce();
  await writer.flush();
  void writer.flush();
  writer.flushSync();
  expect(readdirSync(folder)).toEqual(segments());
});
