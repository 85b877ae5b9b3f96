/**
 * How the gain of p99 is best estimated: the standard error of each estimate that packages/lab/src/prove/middle.ts
 * chooses from, and how often its interval (Student's t, 99.75 %) misses the truth, over proofs drawn from
 * recorded noise; and the same of the choice. With --quiet, over latencies that are 0.8 ms and an exponential
 * tail of 0.2 ms and nothing else.
 *
 *   node bench/load/tail-estimates.ts [--draws 400] [--seconds 120] [--seed 7] [--quiet] [--noise FILE]
 *
 * 400 draws take some seconds, half a minute with --quiet.
 */
import { parseArgs } from 'node:util';
import { pairsOf, quieterPairsOf } from '../../packages/lab/src/prove/measure.ts';
import { middleOf } from '../../packages/lab/src/prove/middle.ts';
import { LogBinSum, logBins } from '../../packages/lab/src/statistics/log-bins.ts';
import { Random } from '../../packages/lab/src/statistics/random.ts';
import { studentQuantile } from '../../packages/lab/src/statistics/student.ts';
import { middleMean, standardError } from '../../packages/lab/src/statistics/trimmed-mean.ts';
import {
  dealBlocks,
  drawProof,
  NOISE_FILE,
  type RecordedNoise,
  readNoise,
} from '../../packages/lab/test/prove/simulation.ts';

const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '7' },
    quiet: { type: 'boolean', default: false },
    noise: { type: 'string', default: NOISE_FILE },
  },
});
const CONFIDENCE = 0.9975;
const QUIET = { slices: 4_000, requests: 671, slice_ms: 250, least_ms: 0.8, tail_ms: 0.2, in_flight: 4 };
const random = new Random(Number(values.seed));

function quietNoise(): RecordedNoise {
  const slices = Array.from({ length: QUIET.slices }, () => {
    const latencies_ms = Array.from(
      { length: QUIET.requests },
      () => QUIET.least_ms - QUIET.tail_ms * Math.log((random.index(2 ** 30) + 0.5) / 2 ** 30),
    );
    const { bins, counts } = logBins(latencies_ms);
    const elapsed_ms = latencies_ms.reduce((sum, one) => sum + one, 0) / QUIET.in_flight;
    return { answered: QUIET.requests, elapsed_ms, bins: [...bins], counts: [...counts] };
  });
  const { slice_ms, in_flight, requests } = QUIET;
  return { slice_ms, in_flight, requests_per_slice: requests, slices };
}

interface Found {
  readonly gains: number[];
  missed: number;
}

const noise = values.quiet ? quietNoise() : readNoise(values.noise);
const dealt = dealBlocks(noise);
const time_s = Number(values.seconds);
const draws = Number(values.draws);
const sum = new LogBinSum();
const found = new Map<string, Found>();

function note(name: string, gains: readonly number[], trim: number): void {
  const one = found.get(name) ?? { gains: [], missed: 0 };
  found.set(name, one);
  const gain = middleMean(gains, trim);
  const kept = gains.length - 2 * Math.floor(gains.length * trim);
  one.gains.push(gain);
  // Sides are equal by construction: the truth is 0.
  if (Math.abs(gain) > standardError(gains, trim) * studentQuantile(CONFIDENCE, kept - 1)) one.missed++;
}

for (let i = 0; i < draws; i++) {
  const blocks = drawProof(dealt, { noise, time_s_min: time_s, time_s_max: time_s }, random);
  const all = pairsOf('p99', blocks, sum).gains;
  const quieter = quieterPairsOf('p99', blocks, sum).gains;
  for (const trim of [0.1, 0.25, 0.4]) {
    note(`all, ${trim} cut off`, all, trim);
    note(`quieter, ${trim} cut off`, quieter, trim);
  }
  const { pairs, trim } = middleOf('p99', blocks, sum);
  note('as chosen', pairs.gains, trim);
}
console.log(
  `p99 over ${time_s} s, ${draws} draws from ${dealt.length} ${values.quiet ? 'quiet' : 'recorded'} blocks, seed ${values.seed}`,
);
for (const [name, { gains, missed }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const mean = gains.reduce((all, one) => all + one, 0) / draws;
  const error = Math.sqrt(gains.reduce((all, one) => all + (one - mean) ** 2, 0) / draws);
  console.log(
    `${name.padEnd(24)} standard error ${(error * 100).toFixed(2)} %, misses the truth in ${((missed / draws) * 100).toFixed(2)} %`,
  );
}
