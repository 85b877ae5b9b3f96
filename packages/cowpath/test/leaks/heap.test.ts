import { join } from 'node:path';
import { readProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, temporary } from '../recorded.ts';
import { startWorld, type World } from '../starts/world.ts';

const SOAK = process.env['COWPATH_SOAK'] === '1';
/** A tenth in CI. */
const share = (all: number): number => (SOAK ? all : all / 10);
const LONG_MS = SOAK ? 1_800_000 : 240_000;

const OPEN_BYTES_MAX = 200 * 1024;
/** Open at once: what else the heap does is shared out among them. */
const CONTEXTS = 12;
/** What may be in use more in the last third than in the second: buckets, pages of a heap, the last segment. */
const GROWTH_BYTES_MAX = 2 * 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const client = new pg.Client(world.url);
  await client.connect();
  await client.query(`
    create table big (id int primary key, author_id int not null references author, title text not null);
    insert into big select g, 1000 + (g * 37 % 100) * 7, 'book ' || g from generate_series(0, 999) g;
    create table marked (mark uuid primary key, author_id int not null references author, title text not null);
    insert into marked
      select ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, author_id, title from big;
    analyze big, marked`);
  await client.end();
});
afterAll(() => world?.stop());

async function ran<T>(what: string, times: number, more: Record<string, string> = {}): Promise<T> {
  const place = temporary();
  try {
    const running = start({
      args: ['--expose-gc', join(import.meta.dirname, 'heap.mjs'), what, String(times)],
      env: { DATABASE_URL: world.url, COWPATH_DIR: place.folder, ...more },
      record: true,
      timeout_ms: LONG_MS,
    });
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // A recorder that gave up would hold nothing.
    const failures = [...readProfile(place.folder).builder.notes.keys()].filter((note) =>
      note.includes('FAILED'),
    );
    expect(failures).toEqual([]);
    return JSON.parse(stdout) as T;
  } finally {
    place.remove();
  }
}

/** Growth from the second third of the samples to the last: what only fills up has done so by then. */
function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  const least = (some: readonly number[]): number => Math.min(...some);
  return least(samples.slice(-third)) - least(samples.slice(third, -third));
}

// Each in a process of its own: what an earlier one leaves behind would be freed while the next is measured.
test.each(['list', 'lookups', 'lookups by UUID'])(
  'an open context that loaded 1,000 rows holds under 200 KB: %s',
  async (what) => {
    const held = await ran<number>(what, CONTEXTS);
    expect(held).toBeLessThan(OPEN_BYTES_MAX);
    // Else nothing was held, and the figure says nothing.
    expect(held).toBeGreaterThan(10_000);
  },
  LONG_MS,
);

test(
  'a million distinct statements in a million contexts leave the heap bounded',
  async () => {
    const samples = await ran<number[]>('distinct', share(1_000_000), { COWPATH_EVERY_RUN: '1' });
    expect(growth(samples)).toBeLessThan(GROWTH_BYTES_MAX);
  },
  LONG_MS,
);

test(
  "a day's load, 260,000 requests at 3 a second, in fast motion: no growth",
  async () => {
    const samples = await ran<number[]>('day', share(260_000), {
      COWPATH_SEGMENT_SPAN_MS: '1000',
      COWPATH_EVERY_RUN: '1',
    });
    expect(growth(samples)).toBeLessThan(GROWTH_BYTES_MAX);
  },
  LONG_MS,
);
