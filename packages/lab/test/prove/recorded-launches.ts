import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Block, SideBlock } from '../../src/prove/block.ts';
import type { LogBins } from '../../src/statistics/log-bins.ts';

/** Launches of proofs of equal sides: what `bench/load/live-proofs.ts --record` writes. */
export interface RecordedLaunches {
  /** The blocks of each, in order. */
  readonly launches: readonly (readonly Block[])[];
}

/** Recorded on a machine that did nothing else. */
export const LAUNCHES_FILE: string = join(import.meta.dirname, '../data/launches.json.gz');

/** As it is stored, gzipped: of each side what was answered, the time in milliseconds, and the bins of both slices. */
interface StoredLaunches {
  readonly format: 'cowpath-recorded-launches';
  readonly version: 1;
  readonly launches: readonly (readonly { readonly before: StoredSide; readonly after: StoredSide }[])[];
}

type StoredSide = readonly [answered: number, elapsed_ms: number, StoredBins, StoredBins];
/** The first bin, then how far each is from the one before; and their counts. */
type StoredBins = readonly [steps: readonly number[], counts: readonly number[]];

export function writeLaunches(path: string, { launches }: RecordedLaunches): void {
  const stored: StoredLaunches = {
    format: 'cowpath-recorded-launches',
    version: 1,
    launches: launches.map((launch) =>
      launch.map(({ before, after }) => ({ before: storedSide(before), after: storedSide(after) })),
    ),
  };
  writeFileSync(path, gzipSync(JSON.stringify(stored), { level: 9 }));
}

/** @throws Error where it is something else */
export function readLaunches(path: string): RecordedLaunches {
  const stored = JSON.parse(gunzipSync(readFileSync(path)).toString()) as StoredLaunches;
  if (stored.format !== 'cowpath-recorded-launches' || stored.version !== 1)
    throw new Error(`${path} holds no recorded launches; bench/load/live-proofs.ts --record writes them`);
  return {
    launches: stored.launches.map((launch, number) =>
      launch.map(({ before, after }) => ({
        launch: number,
        before: sideOf(before),
        after: sideOf(after),
      })),
    ),
  };
}

function storedSide({ answered, elapsed_ms, slices: [first, second] }: SideBlock): StoredSide {
  return [answered, Math.round(elapsed_ms * 1000) / 1000, storedBins(first), storedBins(second)];
}

function sideOf([answered, elapsed_ms, first, second]: StoredSide): SideBlock {
  return { answered, elapsed_ms, slices: [binsOf(first), binsOf(second)] };
}

function storedBins({ bins, counts }: LogBins): StoredBins {
  return [bins.map((bin, i) => bin - (bins[i - 1] ?? 0)), counts];
}

function binsOf([steps, counts]: StoredBins): LogBins {
  let bin = 0;
  return { bins: steps.map((step) => (bin += step)), counts };
}
