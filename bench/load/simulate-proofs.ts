/**
 * Simulates proofs on recorded noise and counts their verdicts: see packages/lab/test/prove/simulation.ts.
 *
 *   node bench/load/simulate-proofs.ts [--proofs 10000] [--seed 1] [--seconds 120] [--effect 0.05] [--noise FILE] [--json]
 *
 * 10,000 proofs of two minutes take five to ten minutes of one core; of ten minutes, several times that.
 */
import { parseArgs } from 'node:util';
import { MEASURES } from '../../packages/lab/src/prove/measure.ts';
import { NOISE_FILE, readNoise, simulateProofs } from '../../packages/lab/test/prove/simulation.ts';

const { values } = parseArgs({
  options: {
    proofs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '120' },
    effect: { type: 'string', default: '0.05' },
    noise: { type: 'string', default: NOISE_FILE },
    json: { type: 'boolean', default: false },
  },
});
const proofs = Number(values.proofs);
const summary = simulateProofs({
  noise: readNoise(values.noise),
  proofs,
  seed: Number(values.seed),
  time_s_min: 20,
  time_s_max: Number(values.seconds),
  effect: Number(values.effect),
  onProof: (number) => {
    if (process.stderr.isTTY && number % 50 === 0) process.stderr.write(`\r${number} of ${proofs} proofs`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r');

if (values.json) console.log(JSON.stringify(summary, undefined, 2));
else {
  const percent = (count: number): string => `${((count / proofs) * 100).toFixed(2)} %`.padStart(10);
  const { equal, changed, blocks_mean, blocks_recorded, false_proofs } = summary;
  console.log(
    `${proofs} proofs of ${blocks_mean.toFixed(0)} blocks in the mean, drawn from ${blocks_recorded} recorded blocks, seed ${values.seed}`,
  );
  console.log(`equal sides: any measure called faster or slower in${percent(false_proofs)} of proofs`);
  console.log(
    `${'sides'.padEnd(12)} equal: no difference      false | ${Number(values.effect) * 100} % apart: found      wrong`,
  );
  for (const name of [...MEASURES, 'overall']) {
    const { faster = 0, slower = 0, mixed = 0, 'no difference': none = 0 } = equal[name] ?? {};
    const { found = 0, wrong = 0 } = changed[name] ?? {};
    console.log(
      `${name.padEnd(12)} ${percent(none).padStart(20)} ${percent(faster + slower + mixed)} | ${percent(found).padStart(16)} ${percent(wrong)}`,
    );
  }
}
