/**
 * A process beside the servers that sees what the machine and LevelDB do: `watcher.ts DIRECTORY SCRATCH`. It notes
 *
 * - when it got no turn itself (a timer that was late): then the machine stalled, whatever the service did
 * - how long 4 KiB of its own took to reach the disk, ten times a second
 * - from LevelDB's files in DIRECTORY/leveldb when a write buffer is being flushed (from the creation of one log to
 *   the removal of the one before it) and when tables come and go
 *
 * It answers `take` over IPC with what it noted since it was last asked. It asks the service for nothing.
 */
import { watch } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { clock_ms, type Late, noteLateness, type Span } from './clock.ts';

export interface MachineNotes {
  readonly late: readonly Late[];
  /** Writes of 4 KiB with fdatasync that took longer than `SLOW_SYNC_MS`. */
  readonly slowSyncs: readonly Span[];
  readonly longestSync_ms: number;
  readonly flushes: readonly Span[];
  /** From the first sign of a table being written to its last; of merges as of flushes. */
  readonly tables: readonly Span[];
}

const [directory, scratch] = process.argv.slice(2) as [string, string];
const SLOW_SYNC_MS = 20;
/** Two events of tables further apart than this belong to two pieces of work. */
const QUIET_MS = 100;
const NOTES_MAX = 10_000;

const lateness = noteLateness(2, 5, NOTES_MAX);
let slowSyncs: Span[] = [];
let longestSync_ms = 0;
let flushes: Span[] = [];
let tables: Span[] = [];
let flushing_ms: number | undefined;

const files = join(directory, 'leveldb');
const logs = new Set((await readdir(files)).filter((name) => name.endsWith('.log')));
watch(files, (event, name) => {
  const now = clock_ms();
  if (name?.endsWith('.log') && event === 'rename') {
    // Node tells creation and removal by one word.
    if (!logs.delete(name)) logs.add(name);
    if (logs.size > 1) flushing_ms ??= now;
    else if (flushing_ms !== undefined) {
      if (flushes.length < NOTES_MAX) flushes.push({ from_ms: flushing_ms, to_ms: now });
      flushing_ms = undefined;
    }
  } else if (name?.endsWith('.ldb')) {
    const last = tables.at(-1);
    if (last !== undefined && now - last.to_ms < QUIET_MS)
      tables[tables.length - 1] = { from_ms: last.from_ms, to_ms: now };
    else if (tables.length < NOTES_MAX) tables.push({ from_ms: now, to_ms: now });
  }
});

process.on('disconnect', () => process.exit());
process.on('message', () => {
  const notes: MachineNotes = { late: lateness.take(), slowSyncs, longestSync_ms, flushes, tables };
  slowSyncs = [];
  longestSync_ms = 0;
  flushes = [];
  tables = [];
  process.send!(notes);
});
process.send!({ port: 0 });

const file = await open(join(scratch, 'synced'), 'w');
const block = Buffer.alloc(4_096, 1);
// Ends with the process, when the one that started it disconnects.
for (;;) {
  await wait(100);
  const from_ms = clock_ms();
  await file.write(block, 0, block.length, 0);
  await file.datasync();
  const to_ms = clock_ms();
  longestSync_ms = Math.max(longestSync_ms, to_ms - from_ms);
  if (to_ms - from_ms > SLOW_SYNC_MS && slowSyncs.length < NOTES_MAX) slowSyncs.push({ from_ms, to_ms });
}
