/** Simulates proofs on recorded noise and counts their verdicts: see packages/lab/test/prove/simulation.ts. */
import { MEASURES } from '../../packages/lab/src/prove/measure.ts';
import { readLaunches } from '../../packages/lab/test/prove/recorded-launches.ts';
import {
  LAUNCH_SPREAD,
  NOISE_FILE,
  readNoise,
  simulateProofs,
} from '../../packages/lab/test/prove/simulation.ts';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';

const flags = benchCommand({
  file: 'bench/load/simulate-proofs.ts',
  measures:
    'How often a proof errs: verdicts of proofs simulated on recorded noise, of equal and of unequal sides.',
  takes: 'Takes six to ten minutes of one core; of ten minutes, several times that.',
  examples: [
    'node bench/load/simulate-proofs.ts',
    'node bench/load/simulate-proofs.ts --proofs 1000 --seconds 600',
    'node bench/load/simulate-proofs.ts --launches 1   # of two processes that differ by nothing',
    'node bench/load/simulate-proofs.ts --proofs 200 --noise noise.json.gz   # what record-noise.ts wrote',
    'node bench/load/simulate-proofs.ts --recorded launches.json.gz   # what live-proofs.ts --record wrote',
  ],
})
  .option('--proofs <number>', 'so many of each', wholeFrom(1, 1_000_000), 10_000)
  .option('--seed <number>', 'of all that is drawn', wholeFrom(0, 2 ** 31 - 1), 1)
  .option('--launches <number>', 'in which both sides are started anew', wholeFrom(1, 1_000), 20)
  .option('--spread <share>', 'by which two processes of one program differ', numberFrom(0, 1), LAUNCH_SPREAD)
  .option('--seconds <number>', 'as long as a proof may take at most', numberFrom(20, 86_400), 120)
  .option('--effect <share>', 'by which unequal sides differ', numberFrom(0.0001, 1), 0.05)
  .option('--noise <file>', 'of one process, what is drawn from', NOISE_FILE)
  .option('--recorded <file>', 'of launches, what is drawn from instead; they are as long as they are')
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<{
    proofs: number;
    seed: number;
    launches: number;
    spread: number;
    seconds: number;
    effect: number;
    noise: string;
    recorded?: string;
    json: boolean;
  }>();
const { proofs } = flags;
const summary = simulateProofs({
  noise: flags.recorded === undefined ? readNoise(flags.noise) : readLaunches(flags.recorded),
  proofs,
  seed: flags.seed,
  launches: flags.launches,
  launch_spread: flags.spread,
  time_s_min: 20,
  time_s_max: flags.seconds,
  effect: flags.effect,
  onProof: (number) => {
    if (process.stderr.isTTY && number % 50 === 0) process.stderr.write(`\r${number} of ${proofs} proofs`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r');

if (flags.json) console.log(JSON.stringify(summary, undefined, 2));
else {
  const percent = (count: number): string => `${((count / proofs) * 100).toFixed(2)} %`.padStart(10);
  const { equal, changed, blocks_mean, blocks_recorded, launches_mean, false_proofs } = summary;
  console.log(
    `${proofs} proofs of ${blocks_mean.toFixed(0)} blocks in the mean, drawn from ${blocks_recorded} recorded blocks, seed ${flags.seed}`,
  );
  console.log(
    `launches in the mean: ${launches_mean.equal.toFixed(1)} of equal sides, ${launches_mean.changed.toFixed(1)} of unequal ones`,
  );
  console.log(`equal sides: any measure called faster or slower in${percent(false_proofs)} of proofs`);
  console.log(
    `${'sides'.padEnd(12)} equal: no difference      false | ${flags.effect * 100} % apart: found      wrong`,
  );
  for (const name of [...MEASURES, 'overall']) {
    const { faster = 0, slower = 0, mixed = 0, 'no difference': none = 0 } = equal[name] ?? {};
    const { found = 0, wrong = 0 } = changed[name] ?? {};
    console.log(
      `${name.padEnd(12)} ${percent(none).padStart(20)} ${percent(faster + slower + mixed)} | ${percent(found).padStart(16)} ${percent(wrong)}`,
    );
  }
}
