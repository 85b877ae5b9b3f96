import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Analysis, analyse, judge, mayEnd, overallOf } from '../../src/prove/analysis.ts';
import type { Block, SideBlock } from '../../src/prove/block.ts';
import { MEASURES, type MeasureName } from '../../src/prove/measure.ts';
import { Random } from '../../src/statistics/random.ts';
import type { Verdict } from '../../src/statistics/verdict.ts';

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
  readonly noise: RecordedNoise;
  readonly proofs: number;
  readonly seed: number;
  /** As long as a real proof measures at least and at most. */
  readonly time_s_min: number;
  readonly time_s_max: number;
  /** 0.05 for five percent. */
  readonly effect: number;
  readonly onProof?: (number: number) => void;
}

/** Counts of proofs by word, for each measure and `overall`. */
export type Tallies = Record<string, Record<string, number>>;

export interface SimulationSummary {
  readonly proofs: number;
  readonly blocks_mean: number;
  readonly blocks_recorded: number;
  /** Proofs of equal sides with any measure called faster or slower. */
  readonly false_proofs: number;
  /** Verdicts of equal sides. */
  readonly equal: Tallies;
  /** Of sides that differ by the effect: `found`, `wrong` (also *no difference*), `inconclusive`. */
  readonly changed: Tallies;
}

/** Neighbouring blocks are drawn together for so long. */
const STRETCH_S = 5;

/**
 * Simulates proofs on recorded noise and counts their verdicts, with the analysis and the rule for ending that
 * real proofs use. Each proof draws stretches of five seconds from the recording, so that what is
 * alike in time stays together, and decides by a coin which slices are the side before, so that the sides are
 * equal by construction. The same proof is then judged once as it is, and once with every time of the side
 * after made shorter or longer by the effect.
 */
export function simulateProofs(options: SimulationOptions): SimulationSummary {
  const { proofs } = options;
  const random = new Random(options.seed);
  const effect = Math.log(1 + options.effect);
  const dealt = dealBlocks(options.noise);
  const equal: Tallies = {};
  const changed: Tallies = {};
  let false_proofs = 0;
  let blocksUsed = 0;
  for (let i = 0; i < proofs; i++) {
    const blocks = drawProof(dealt, options, random);
    blocksUsed += blocks.length;
    const analysis = analyse(blocks, MEASURES, 1 + i * MEASURES.length);
    const as = shifted(analysis, 0);
    for (const { name, verdict } of as.measures) count(equal, name, verdict);
    count(equal, 'overall', as.overall);
    if (as.measures.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) false_proofs++;
    const direction = random.index(2) === 0 ? 1 : -1;
    const right = direction > 0 ? 'faster' : 'slower';
    const word = (verdict: string): string =>
      verdict === right ? 'found' : verdict === 'inconclusive' ? verdict : 'wrong';
    const moved = shifted(analysis, direction * effect);
    for (const { name, verdict } of moved.measures) count(changed, name, word(verdict));
    count(changed, 'overall', word(moved.overall));
    options.onProof?.(i + 1);
  }
  return {
    proofs,
    blocks_mean: blocksUsed / proofs,
    blocks_recorded: dealt.length,
    false_proofs,
    equal,
    changed,
  };
}

export interface DealtBlock {
  readonly outer: SideBlock;
  readonly inner: SideBlock;
}

/** Every four slices as both sides may get them, made once: the outer two and the inner two. */
export function dealBlocks({ slices }: RecordedNoise): DealtBlock[] {
  const blocks = Math.floor(slices.length / 4);
  if (blocks < 50) throw new Error(`only ${slices.length} slices are recorded; 200 at least are needed`);
  const sideOf = (first: number, second: number): SideBlock => {
    const parts = [slices[first]!, slices[second]!] as const;
    return {
      answered: parts[0].answered + parts[1].answered,
      elapsed_ms: parts[0].elapsed_ms + parts[1].elapsed_ms,
      slices: parts,
    };
  };
  return Array.from({ length: blocks }, (_, i) => ({
    outer: sideOf(i * 4, i * 4 + 3),
    inner: sideOf(i * 4 + 1, i * 4 + 2),
  }));
}

export function drawProof(
  dealt: readonly DealtBlock[],
  { noise, time_s_min, time_s_max }: Pick<SimulationOptions, 'noise' | 'time_s_min' | 'time_s_max'>,
  random: Random,
): Block[] {
  const block_s = (noise.slice_ms * 4) / 1000;
  const stretch = Math.round(STRETCH_S / block_s);
  const blocks_min = Math.round(time_s_min / block_s);
  const blocks_max = Math.round(time_s_max / block_s);
  const blocks: Block[] = [];
  const swapped = random.index(2);
  while (blocks.length < blocks_max) {
    const from = random.index(dealt.length - stretch + 1);
    for (let i = 0; i < stretch && blocks.length < blocks_max; i++) {
      const { outer, inner } = dealt[from + i]!;
      const outerFirst = (blocks.length + swapped) % 2 === 0;
      blocks.push(outerFirst ? { before: outer, after: inner } : { before: inner, after: outer });
    }
    // Here a stretch ends, and a proof looks.
    if (blocks.length >= blocks_min && mayEnd(blocks, MEASURES)) break;
  }
  return blocks;
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
