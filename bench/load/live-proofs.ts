/**
 * Proofs of a live server whose truth is known: A against A, and A against the same with 5 % less work for
 * each request (and with 5 % more, every second time). Counts right verdicts: *no difference* for A/A; *faster*
 * or *slower*, as it is, for the other, on throughput. The work is counted loops, so that a slow machine slows
 * both sides.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prove } from '../../packages/lab/src/index.ts';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';
import { nodeArgs } from './processes.ts';

const flags = benchCommand({
  file: 'bench/load/live-proofs.ts',
  measures:
    'Right and wrong verdicts of real proofs whose truth is known: equal servers, and servers 5 % apart.',
  takes:
    'Takes three quarters of an hour at most: twice the proofs, times the seconds, and five seconds for each.',
  examples: [
    'node bench/load/live-proofs.ts',
    'node bench/load/live-proofs.ts --proofs 1 --seconds 25   # a short look',
  ],
})
  .option('--proofs <number>', 'of each kind', wholeFrom(1, 10_000), 20)
  .option('--seconds <number>', 'that a proof measures at most', numberFrom(20, 86_400), 60)
  .option('--loops <number>', 'of work for a request', wholeFrom(1, 2 ** 31), 400_000)
  .parse()
  .opts<{ proofs: number; seconds: number; loops: number }>();
const { proofs, seconds, loops } = flags;
const folder = mkdtempSync(join(tmpdir(), 'cowpath-live-'));
const traffic = join(folder, 'traffic.jsonl');
writeFileSync(
  traffic,
  Array.from({ length: 100 }, (_, i) => `${JSON.stringify({ path: `/books/${i}` })}\n`).join(''),
);
const command = `exec ${[process.execPath, ...nodeArgs('work-server.ts')].map((part) => `"${part}"`).join(' ')}`;

async function verdicts(
  factor: number,
  seed: number,
): Promise<{ throughput: string; p50: string; overall: string; gain: string }> {
  const proof = await prove({
    before: { command, env: { LOOPS: String(loops) } },
    after: { command, env: { LOOPS: String(Math.round(loops * factor)) } },
    traffic,
    time_s_max: seconds,
    warmup_s: 3,
    answers_max: 0,
    seed,
  });
  const [throughput, p50] = proof.measures;
  const percent = (ratio: number): string => `${((ratio - 1) * 100).toFixed(1)} %`;
  const gain = throughput!.gain;
  return {
    throughput: throughput!.verdict,
    p50: p50!.verdict,
    overall: proof.overall,
    gain: gain
      ? `${percent(gain.ratio)} (${percent(gain.low)} … ${percent(gain.high)}) in ${proof.blocks} blocks`
      : '',
  };
}

try {
  const right = { equal: 0, changed: 0 };
  const wrong = { equal: 0, changed: 0 };
  for (let i = 0; i < proofs; i++) {
    const equal = await verdicts(1, i + 1);
    if (equal.overall === 'no difference') right.equal++;
    else if (equal.overall !== 'inconclusive') wrong.equal++;
    console.log(`A/A ${i + 1}: ${equal.overall}  throughput ${equal.throughput} ${equal.gain}`);
    const slower = i % 2 === 1;
    // The request's own share of work is a little less than all of its cost, so 5 % of the whole needs a little more.
    const changed = await verdicts(slower ? 1.06 : 1 / 1.06, i + 1);
    const truth = slower ? 'slower' : 'faster';
    if (changed.throughput === truth) right.changed++;
    else if (changed.throughput !== 'inconclusive') wrong.changed++;
    console.log(
      `5 % ${truth} ${i + 1}: ${changed.overall}  throughput ${changed.throughput} ${changed.gain}`,
    );
  }
  console.log(
    `A/A: ${right.equal} of ${proofs} no difference, ${wrong.equal} false; 5 %: ${right.changed} of ${proofs} found, ${wrong.changed} wrong`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
