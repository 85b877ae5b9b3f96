/**
 * `merging-threads.ts DIRECTORY OPTIONS`: opens a store, writes and merges, and prints what its threads were:
 * their priorities after opening, and which of them did the merging.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { type LevelDbOptions, openLevelDb } from '../../src/index.ts';

export interface MergingThreads {
  /** What the engine says of itself: of the first store, and of a second one in the same process. */
  readonly said: readonly number[];
  /** The threads below the normal priority. */
  readonly lowered: readonly { readonly thread: number; readonly niceness: number }[];
  /** That which worked most while LevelDB merged, other than the main one. */
  readonly busiest: number;
}

const [directory, options] = process.argv.slice(2) as [string, string];
const given = JSON.parse(options) as LevelDbOptions;

const threads = (): number[] => readdirSync('/proc/self/task').map(Number);
function cpu_ns(thread: number): number {
  return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
}

const engine = await openLevelDb(directory, given);
const second = await openLevelDb(`${directory}-second`, given);
const lowered = threads()
  .map((thread) => ({ thread, niceness: getPriority(thread) }))
  .filter(({ niceness }) => niceness > getPriority(process.pid));
for (let round = 0; round < 20; round++) {
  await Promise.all(
    Array.from({ length: 1_000 }, (_, at) => engine.put(Buffer.from(`key${at}`), randomBytes(1_000))),
  );
}
const before = new Map(threads().map((thread) => [thread, cpu_ns(thread)]));
await engine.compact();
const [busiest] = threads()
  .filter((thread) => thread !== process.pid)
  .map((thread) => ({ thread, worked_ns: cpu_ns(thread) - (before.get(thread) ?? 0) }))
  .sort((a, b) => b.worked_ns - a.worked_ns);
const said = [engine, second].map((one) => one.stats().merging_niceness!);
await engine.close();
await second.close();
const result: MergingThreads = { said, lowered, busiest: busiest!.thread };
console.log(JSON.stringify(result));
