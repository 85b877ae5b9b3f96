/**
 * Records the noise that proofs meet: one server, asked slice after slice as a proof asks, and what each slice
 * measured. `simulate-proofs.ts` draws its blocks from this.
 *
 *   node bench/load/record-noise.ts [--slices 4000] [--slice-ms 50] [--in-flight 4] [--out FILE]
 *
 * 4,000 slices of 50 ms take three and a half minutes; run it on a machine that does nothing else.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makePlan } from '../../packages/lab/src/plan/plan.ts';
import { Side } from '../../packages/lab/src/prove/side.ts';
import { runSlice } from '../../packages/lab/src/prove/slices.ts';
import { logBins } from '../../packages/lab/src/statistics/log-bins.ts';
import { NOISE_FILE, type RecordedNoise } from '../../packages/lab/test/prove/simulation.ts';

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '4000' },
    'slice-ms': { type: 'string', default: '50' },
    'in-flight': { type: 'string', default: '4' },
    'work-us': { type: 'string', default: '300' },
    out: { type: 'string', default: NOISE_FILE },
  },
});
const slice_ms = Number(values['slice-ms']);
const in_flight = Number(values['in-flight']);
const server = join(import.meta.dirname, '../../packages/lab/test/programs/delay-server.ts');

const side = await Side.open(
  'before',
  {
    command: `exec "${process.execPath}" --conditions=@cowpath/source "${server}"`,
    env: { WORK_US: values['work-us'] },
  },
  { health: '/', wait_s: 10, connections_max: in_flight, timeout_ms: 10_000 },
  undefined,
);
try {
  const account = {
    lines: 1,
    requests: 1,
    skipped: {},
    malformed: 0,
    malformed_first: [],
    out_of_order: 0,
    without_time: 1,
  };
  const requests = [{ line: 1, at_ms: undefined, method: 'GET', path: '/' }];
  side.use(
    makePlan({ format: 'json-lines', requests, account, time_resolution_ms: 1 }, side.target, {
      timed: false,
    }),
  );
  const warm = await runSlice(side, { from: 0, count: 10_000, hold_ms: 0 }, { in_flight }, undefined);
  const count = Math.round((10_000 / warm.elapsed_ms) * slice_ms);
  const noise: RecordedNoise = { slice_ms, in_flight, requests_per_slice: count, slices: [] };
  for (let i = 0; i < Number(values.slices); i++) {
    const { elapsed_ms, latencies_ms } = await runSlice(
      side,
      { from: 0, count, hold_ms: 0 },
      { in_flight },
      undefined,
    );
    const { bins, counts } = logBins(latencies_ms);
    noise.slices.push({ answered: latencies_ms.length, elapsed_ms, bins: [...bins], counts: [...counts] });
    if (process.stderr.isTTY) process.stderr.write(`\r${i + 1} of ${values.slices} slices`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  writeFileSync(values.out, gzipSync(JSON.stringify(noise)));
  console.log(`${noise.slices.length} slices of ${count} requests written`);
} finally {
  await side.close();
}
