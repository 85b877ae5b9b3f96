/**
 * How the gain of p99 is best estimated: the standard error of each estimate that packages/lab/src/prove/middle.ts
 * chooses from, and how often its interval (Student's t, 99.75 %) misses the truth, over proofs drawn from
 * recorded noise; and the same of the choice. With --quiet, over latencies that are 0.8 ms and an exponential
 * tail of 0.2 ms and nothing else.
 */
import { pairsOf, quieterPairsOf } from '../../packages/lab/src/prove/measure.ts';
import { middleOf } from '../../packages/lab/src/prove/middle.ts';
import { LogBinSum, logBins } from '../../packages/lab/src/statistics/log-bins.ts';
import { Random } from '../../packages/lab/src/statistics/random.ts';
import { studentQuantile } from '../../packages/lab/src/statistics/student.ts';
import { middleMean, standardError } from '../../packages/lab/src/statistics/trimmed-mean.ts';
import { NoiseSource } from '../../packages/lab/test/prove/draw.ts';
import { NOISE_FILE, type RecordedNoise, readNoise } from '../../packages/lab/test/prove/simulation.ts';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';

const flags = benchCommand({
  file: 'bench/load/tail-estimates.ts',
  measures:
    "The standard error of each estimate of p99's gain that a proof chooses from, and how often its interval misses the truth.",
  takes: 'Takes some seconds, half a minute with --quiet.',
  examples: [
    'node bench/load/tail-estimates.ts',
    'node bench/load/tail-estimates.ts --quiet --draws 2000',
    'node bench/load/tail-estimates.ts --noise noise.json.gz   # what record-noise.ts wrote',
  ],
})
  .option('--draws <number>', 'proofs drawn', wholeFrom(2, 1_000_000), 400)
  .option('--seconds <number>', 'as long as each takes', numberFrom(8, 86_400), 120)
  .option('--seed <number>', 'of all that is drawn', wholeFrom(0, 2 ** 31 - 1), 7)
  .option('--quiet', 'latencies of 0.8 ms and an exponential tail of 0.2 ms, nothing else', false)
  .option('--noise <file>', 'what is drawn from', NOISE_FILE)
  .parse()
  .opts<{ draws: number; seconds: number; seed: number; quiet: boolean; noise: string }>();
const CONFIDENCE = 0.9975;
const QUIET = { slices: 4_000, requests: 671, slice_ms: 250, least_ms: 0.8, tail_ms: 0.2, in_flight: 4 };
const random = new Random(flags.seed);

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

const noise = flags.quiet ? quietNoise() : readNoise(flags.noise);
const source = new NoiseSource(noise, random);
const { seconds: time_s, draws } = flags;
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
  const { blocks } = source.draw({ launches: 1, time_s_min: time_s, time_s_max: time_s });
  const all = pairsOf('p99', blocks, sum).gains;
  const quieter = quieterPairsOf('p99', blocks, sum).gains;
  for (const trim of [0.1, 0.25, 0.4]) {
    note(`all, ${trim} cut off`, all, trim);
    note(`quieter, ${trim} cut off`, quieter, trim);
  }
  const { pairs, trim } = middleOf('p99', blocks, sum, CONFIDENCE);
  note('as chosen', pairs.gains, trim);
}
console.log(
  `p99 over ${time_s} s, ${draws} draws from ${source.recorded} ${flags.quiet ? 'quiet' : 'recorded'} blocks, seed ${flags.seed}`,
);
for (const [name, { gains, missed }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const mean = gains.reduce((all, one) => all + one, 0) / draws;
  const error = Math.sqrt(gains.reduce((all, one) => all + (one - mean) ** 2, 0) / draws);
  console.log(
    `${name.padEnd(24)} standard error ${(error * 100).toFixed(2)} %, misses the truth in ${((missed / draws) * 100).toFixed(2)} %`,
  );
}
