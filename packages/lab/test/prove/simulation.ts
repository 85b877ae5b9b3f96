import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Analysis, analyse, judge, overallOf } from '../../src/prove/analysis.ts';
import { MEASURES, type MeasureName } from '../../src/prove/measure.ts';
import { Random } from '../../src/statistics/random.ts';
import type { Verdict } from '../../src/statistics/verdict.ts';
import { LaunchSource, NoiseSource, untilEnd } from './draw.ts';
import type { RecordedLaunches } from './recorded-launches.ts';

/** What `bench/load/record-noise.ts` writes. */
export interface RecordedNoise {
  readonly slice_ms: number;
  readonly in_flight: number;
  readonly requests_per_slice: number;
  /** In the order in which they ran; `bins` and `counts` as in statistics/log-bins.ts. */
  readonly slices: { answered: number; elapsed_ms: number; bins: number[]; counts: number[] }[];
}

/** Recorded on a machine that did nothing else. */
export const NOISE_FILE: string = join(import.meta.dirname, '../data/noise.json.gz');
/** Recorded while other programs used the machine: pauses hit every third slice. */
export const BUSY_NOISE_FILE: string = join(import.meta.dirname, '../data/noise-busy.json.gz');

export function readNoise(path: string): RecordedNoise {
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
}

export interface SimulationOptions {
  /** Of one process, or launches of equal sides. */
  readonly noise: RecordedNoise | RecordedLaunches;
  readonly proofs: number;
  readonly seed: number;
  /** As a real proof's. 1 leaves out what differs from start to start. */
  readonly launches: number;
  /**
   * Of noise of one process: standard deviation of the difference of two processes of one program, for as long as
   * they live, as a logarithm. Recorded launches have their own.
   */
  readonly launch_spread?: number;
  /** How long a real proof measures; recorded launches are as long as they are. */
  readonly time_s_max: number;
  /** With one launch: as long as it measures at least. */
  readonly time_s_min: number;
  /** 0.05 for five percent. */
  readonly effect: number;
  readonly onProof?: (number: number) => void;
}

/** What the first live proofs showed two processes of a server in JavaScript to differ by: 0.95 %. */
export const LAUNCH_SPREAD = 0.0095;

/** Counts of proofs by word, for each measure and `overall`. */
export type Tallies = Record<string, Record<string, number>>;

export interface SimulationSummary {
  readonly proofs: number;
  readonly blocks_mean: number;
  readonly blocks_recorded: number;
  /** Before they ended. */
  readonly launches_mean: { readonly equal: number; readonly changed: number };
  /** Proofs of equal sides with any measure called faster or slower. */
  readonly false_proofs: number;
  /** Verdicts of equal sides. */
  readonly equal: Tallies;
  /** Of sides that differ by the effect: `found`, `wrong` (also *no difference*), `inconclusive`. */
  readonly changed: Tallies;
}

/**
 * Simulates proofs on recorded noise and counts their verdicts, with the analysis and the rule for ending that
 * real proofs use. Sides are equal by construction: of noise of one process each proof draws stretches of five
 * seconds, so that what is alike in time stays together, decides by a coin which slices are the side before, and
 * gives each side of each launch a speed of its own; of recorded launches it draws whole ones, and a coin decides
 * for each which of its processes is before. The same proof is then judged once as it is, and once with every time of
 * the side after made shorter or longer by the effect; of several launches, ended where that would end it.
 */
export function simulateProofs(options: SimulationOptions): SimulationSummary {
  const { proofs } = options;
  const random = new Random(options.seed);
  const effect = Math.log(1 + options.effect);
  const source =
    'slices' in options.noise
      ? new NoiseSource(options.noise, random)
      : new LaunchSource(options.noise, random);
  const equal: Tallies = {};
  const changed: Tallies = {};
  let false_proofs = 0;
  let blocksUsed = 0;
  let launchesUsed = 0;
  let launchesChanged = 0;
  for (let i = 0; i < proofs; i++) {
    const seed = 1 + i * MEASURES.length;
    const drawn = source.draw(options);
    const measured = untilEnd(drawn, 0);
    blocksUsed += measured.length;
    launchesUsed += measured.at(-1)!.launch + 1;
    const analysis = analyse(measured, MEASURES, seed);
    const as = shifted(analysis, 0);
    for (const { name, verdict } of as.measures) count(equal, name, verdict);
    count(equal, 'overall', as.overall);
    if (as.measures.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) false_proofs++;
    const direction = random.index(2) === 0 ? 1 : -1;
    const right = direction > 0 ? 'faster' : 'slower';
    const word = (verdict: string): string =>
      verdict === right ? 'found' : verdict === 'inconclusive' ? verdict : 'wrong';
    const shift = direction * effect;
    const changedBlocks = untilEnd(drawn, shift);
    launchesChanged += changedBlocks.at(-1)!.launch + 1;
    const same = changedBlocks.length === measured.length;
    const moved = shifted(same ? analysis : analyse(changedBlocks, MEASURES, seed), shift);
    for (const { name, verdict } of moved.measures) count(changed, name, word(verdict));
    count(changed, 'overall', word(moved.overall));
    options.onProof?.(i + 1);
  }
  return {
    proofs,
    blocks_mean: blocksUsed / proofs,
    blocks_recorded: source.recorded,
    launches_mean: { equal: launchesUsed / proofs, changed: launchesChanged / proofs },
    false_proofs,
    equal,
    changed,
  };
}

interface Judged {
  readonly measures: readonly { readonly name: MeasureName; readonly verdict: Verdict }[];
  readonly overall: Analysis['overall'];
}

/** The same analysis, had every gain been larger by `shift`: intervals move with the values they are of. */
function shifted(analysis: Analysis, shift: number): Judged {
  const measures = analysis.measures.map((measure) => ({
    name: measure.name,
    verdict: judge(measure, shift),
  }));
  return { measures, overall: overallOf(measures) };
}

function count(tallies: Tallies, name: string, verdict: string): void {
  tallies[name] ??= {};
  tallies[name][verdict] = (tallies[name][verdict] ?? 0) + 1;
}
