/**
 * Records the noise that proofs meet: one server, asked slice after slice as a proof asks, and what each slice
 * measured. `simulate-proofs.ts` draws its blocks from this.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makePlan } from '../../packages/lab/src/plan/plan.ts';
import { Side } from '../../packages/lab/src/prove/side.ts';
import { runSlice } from '../../packages/lab/src/prove/slices.ts';
import { logBins } from '../../packages/lab/src/statistics/log-bins.ts';
import { NOISE_FILE, type RecordedNoise } from '../../packages/lab/test/prove/simulation.ts';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';

const flags = benchCommand({
  file: 'bench/load/record-noise.ts',
  measures: 'Records the noise that proofs meet: what slice after slice of one and the same server measured.',
  takes:
    'Takes three and a half minutes: slices times their length, and some seconds. Run it on a machine that does nothing else.',
  examples: [
    'node bench/load/record-noise.ts --out noise.json.gz',
    'node bench/load/record-noise.ts --slices 2000 --slice-ms 250   # in place of the one that the tests use',
  ],
})
  .option('--slices <number>', 'so many; a simulation needs 200', wholeFrom(1, 1_000_000), 4_000)
  .option('--slice-ms <number>', 'about as long each', numberFrom(1, 60_000), 50)
  .option('--in-flight <number>', 'requests kept in flight', wholeFrom(1, 10_000), 4)
  .option('--work-us <number>', 'CPU that the server spends on a request', numberFrom(0, 1_000_000), 300)
  .option('--out <file>', 'where it goes, as gzipped JSON', NOISE_FILE)
  .parse()
  .opts<{ slices: number; sliceMs: number; inFlight: number; workUs: number; out: string }>();
const slice_ms = flags.sliceMs;
const in_flight = flags.inFlight;
const server = join(import.meta.dirname, '../../packages/lab/test/programs/delay-server.ts');

const side = await Side.open(
  'before',
  {
    command: `exec "${process.execPath}" --conditions=@cowpath/source "${server}"`,
    env: { WORK_US: String(flags.workUs) },
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
  for (let i = 0; i < flags.slices; i++) {
    const { elapsed_ms, latencies_ms } = await runSlice(
      side,
      { from: 0, count, hold_ms: 0 },
      { in_flight },
      undefined,
    );
    const { bins, counts } = logBins(latencies_ms);
    noise.slices.push({ answered: latencies_ms.length, elapsed_ms, bins: [...bins], counts: [...counts] });
    if (process.stderr.isTTY) process.stderr.write(`\r${i + 1} of ${flags.slices} slices`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  writeFileSync(flags.out, gzipSync(JSON.stringify(noise)));
  console.log(`${noise.slices.length} slices of ${count} requests written`);
} finally {
  await side.close();
}
