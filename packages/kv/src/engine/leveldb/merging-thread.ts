import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of LevelDB's background thread, which writes full buffers to tables and merges tables: at the
 * same priority as the others it takes a core of its own from those that answer requests, for tens of milliseconds
 * at a time.
 *
 * LevelDB names it nowhere. It has one a process, started by the first work for it: so `start` is called, which must
 * give LevelDB such work, and the thread that is there afterwards and was not before is the one. When there is
 * none, because another store in this process had it started, or more than one, nothing is changed.
 *
 * @param by 1 to 19, added to the thread's niceness (which ends at 19); 0 does nothing
 * @returns the thread's niceness if it was changed, else 0. Linux only; elsewhere, and where it is not allowed, 0.
 */
export async function lowerMergingThread(by: number, start: () => Promise<void>): Promise<number> {
  if (by === 0 || process.platform !== 'linux') return 0;
  try {
    const before = threads();
    await start();
    const started = [...threads()].filter((thread) => !before.has(thread));
    if (started.length !== 1) return 0;
    const [thread] = started as [number];
    // These calls take a thread's id for a process's. Lowering a priority needs no privilege.
    setPriority(thread, Math.min(19, getPriority(thread) + by));
    return getPriority(thread);
  } catch {
    // No /proc, or forbidden: it merges as it always did.
    return 0;
  }
}

function threads(): Set<number> {
  return new Set(readdirSync('/proc/self/task').map(Number));
}
