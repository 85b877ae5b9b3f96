/**
 * Simulates proofs on recorded noise and counts their verdicts, with the analysis and the rule for ending that
 * real proofs use.
 *
 *   node bench/load/simulate-proofs.ts [--proofs 10000] [--seed 1] [--blocks-max 120] [--noise bench/load/noise.json.gz] [--json]
 *
 * Each proof draws stretches of eight neighbouring blocks from the recording, so that what is alike in time
 * stays together, and decides by a coin which slices are the side before, so that the sides are equal by
 * construction. The same proof is then judged once as it is, and once with every time of the side after made
 * 5 % shorter (a coin decides whether longer).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Analysis, analyse, mayEnd, overallOf } from '../../packages/lab/src/prove/analysis.ts';
import type { Block, SideBlock } from '../../packages/lab/src/prove/block.ts';
import { MEASURES, type MeasureName } from '../../packages/lab/src/prove/measure.ts';
import { Random } from '../../packages/lab/src/statistics/random.ts';
import { type Verdict, verdictOf } from '../../packages/lab/src/statistics/verdict.ts';
import type { RecordedNoise } from './noise.ts';

const { values } = parseArgs({
  options: {
    proofs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    'blocks-min': { type: 'string', default: '40' },
    'blocks-max': { type: 'string', default: '120' },
    effect: { type: 'string', default: '0.05' },
    noise: { type: 'string', default: join(import.meta.dirname, 'noise.json.gz') },
    json: { type: 'boolean', default: false },
  },
});
const proofs = Number(values.proofs);
const blocksMin = Number(values['blocks-min']);
const blocksMax = Number(values['blocks-max']);
const effect = Math.log(1 + Number(values.effect));
const random = new Random(Number(values.seed));
const { slices }: RecordedNoise = JSON.parse(gunzipSync(readFileSync(values.noise)).toString());
const recordedBlocks = Math.floor(slices.length / 4);
const STRETCH_BLOCKS = 8;
if (recordedBlocks < STRETCH_BLOCKS * 4)
  throw new Error(`only ${slices.length} slices are recorded; record 128 at least`);

function sideOf(first: number, second: number): SideBlock {
  const parts = [slices[first]!, slices[second]!];
  const counts = new Map<number, number>();
  for (const { bins, counts: of } of parts) {
    for (const [i, bin] of bins.entries()) counts.set(bin, (counts.get(bin) ?? 0) + of[i]!);
  }
  const sorted = [...counts].sort((a, b) => a[0] - b[0]);
  return {
    answered: parts[0]!.answered + parts[1]!.answered,
    elapsed_ms: parts[0]!.elapsed_ms + parts[1]!.elapsed_ms,
    latencies: { bins: sorted.map(([bin]) => bin), counts: sorted.map(([, count]) => count) },
  };
}

// Both ways to deal each four slices to the sides, made once: outer and inner slices.
const dealt = Array.from({ length: recordedBlocks }, (_, i) => ({
  outer: sideOf(i * 4, i * 4 + 3),
  inner: sideOf(i * 4 + 1, i * 4 + 2),
}));

function simulate(): Block[] {
  const blocks: Block[] = [];
  const swapped = random.index(2);
  while (blocks.length < blocksMax) {
    const from = random.index(recordedBlocks - STRETCH_BLOCKS + 1);
    for (let i = 0; i < STRETCH_BLOCKS && blocks.length < blocksMax; i++) {
      const { outer, inner } = dealt[from + i]!;
      const outerFirst = (blocks.length + swapped) % 2 === 0;
      blocks.push(outerFirst ? { before: outer, after: inner } : { before: inner, after: outer });
    }
    // Looked at every ten blocks in a proof; here where a stretch ends, which is about as often.
    if (blocks.length >= blocksMin && mayEnd(blocks, MEASURES)) break;
  }
  return blocks;
}

/** The same analysis, had every gain been larger by `shift`: intervals move with the values they are of. */
function shifted(
  analysis: Analysis,
  shift: number,
): { measures: { name: MeasureName; verdict: Verdict }[]; overall: ReturnType<typeof overallOf> } {
  const measures = analysis.measures.map(({ name, gain, drift }) => ({
    name,
    verdict:
      !gain || drift !== undefined
        ? ('inconclusive' as const)
        : verdictOf({ low: gain.low + shift, high: gain.high + shift }),
  }));
  return { measures, overall: overallOf(measures) };
}

type Tally = Record<string, number>;
const equal: Record<string, Tally> = {};
const changed: Record<string, Tally> = {};
const count = (tallies: Record<string, Tally>, name: string, verdict: string): void => {
  tallies[name] ??= {};
  const tally = tallies[name];
  tally[verdict] = (tally[verdict] ?? 0) + 1;
};

let falseProofs = 0;
let blocksUsed = 0;
for (let i = 0; i < proofs; i++) {
  const blocks = simulate();
  blocksUsed += blocks.length;
  const analysis = analyse(blocks, MEASURES, 1 + i * MEASURES.length);
  const as = shifted(analysis, 0);
  for (const { name, verdict } of as.measures) count(equal, name, verdict);
  count(equal, 'overall', as.overall);
  if (as.measures.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) falseProofs++;
  const direction = random.index(2) === 0 ? 1 : -1;
  const right = direction > 0 ? 'faster' : 'slower';
  const word = (verdict: string): string =>
    verdict === right ? 'found' : verdict === 'inconclusive' ? verdict : 'wrong';
  const moved = shifted(analysis, direction * effect);
  for (const { name, verdict } of moved.measures) count(changed, name, word(verdict));
  count(changed, 'overall', word(moved.overall));
  if (process.stderr.isTTY && i % 50 === 0) process.stderr.write(`\r${i} of ${proofs} proofs`);
}
if (process.stderr.isTTY) process.stderr.write('\r');

const percent = (tally: Tally | undefined, word: string): string =>
  `${(((tally?.[word] ?? 0) / proofs) * 100).toFixed(2)} %`.padStart(9);
const summary = {
  proofs,
  blocks_mean: blocksUsed / proofs,
  false_proofs: falseProofs / proofs,
  equal,
  changed,
};
if (values.json) console.log(JSON.stringify(summary, undefined, 2));
else {
  console.log(
    `${proofs} proofs of ${summary.blocks_mean.toFixed(0)} blocks in the mean, from ${recordedBlocks} recorded blocks, seed ${values.seed}`,
  );
  console.log(
    `equal sides: any measure called faster or slower in ${(summary.false_proofs * 100).toFixed(2)} % of proofs`,
  );
  console.log(
    `${''.padEnd(12)}  equal: no difference    false  | ${(Math.expm1(effect) * 100).toFixed(0)} %: found     wrong`,
  );
  for (const name of [...MEASURES, 'overall']) {
    const wrong = (equal[name]?.faster ?? 0) + (equal[name]?.slower ?? 0) + (equal[name]?.mixed ?? 0);
    console.log(
      `${name.padEnd(12)}  ${percent(equal[name], 'no difference').padStart(20)} ${percent({ wrong }, 'wrong')}  | ${percent(changed[name], 'found')} ${percent(changed[name], 'wrong')}`,
    );
  }
}
