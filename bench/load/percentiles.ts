/**
 * Whether what is reported is true: servers whose delays are known (fixed, bimodal, one that stalls for a
 * second), loaded at a fixed rate, and the percentiles that the schedule of requests and those delays give
 * exactly. Prints reported against true; every one should be within 1 % or 1 ms. Then the same stall in
 * closed loop, where p99 does not show it.
 *
 *   node bench/load/percentiles.ts [--rate 200] [--seconds 20]
 */
import { parseArgs } from 'node:util';
import { load, type RunOutcome } from '../../packages/lab/src/index.ts';
import { startServer } from './processes.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '20' } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const requests = rate * seconds;
const SERVER = '../../packages/lab/test/programs/delay-server.ts';
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;
const STALL_AT_MS = 2_000;
const STALL_MS = 1_000;

/** What each request must take by the server's own rule, in its order; the server's own work not counted. */
const CASES: Record<string, { env: Record<string, string>; truth: (i: number) => number }> = {
  'fixed 20 ms': { env: { DELAY_MS: '20' }, truth: () => 20 },
  'bimodal 5 and 80 ms': {
    env: { DELAY_MS: '5', SLOW_SHARE: '0.05', SLOW_MS: '80' },
    truth: (i) => (Math.floor((i + 1) * 0.05) === Math.floor(i * 0.05) ? 5 : 80),
  },
  'stalls for 1 s': {
    env: { STALL_AT_MS: String(STALL_AT_MS), STALL_MS: String(STALL_MS) },
    // Due during the stall: waits until it is over. The stall is timed from the first request.
    truth: (i) => {
      const due = (i * 1000) / rate;
      return due >= STALL_AT_MS && due < STALL_AT_MS + STALL_MS ? STALL_AT_MS + STALL_MS - due : 0;
    },
  },
};

async function run(
  env: Record<string, string>,
  options: Parameters<typeof load>[1],
): Promise<RunOutcome['result']> {
  const { port, child } = await startServer(SERVER, { ...env, PORT: '0' });
  try {
    return (await load(`http://127.0.0.1:${port}/`, options)).result;
  } finally {
    child.kill();
  }
}

let wrong = 0;
for (const [name, { env, truth }] of Object.entries(CASES)) {
  const { latency_ms, lateness_ms } = await run(env, { rate, requests });
  const exact = Array.from({ length: requests }, (_, i) => truth(i)).sort((a, b) => a - b);
  const cells = Object.entries(QUANTILES).map(([quantile, share]) => {
    const is = exact[Math.ceil(share * requests) - 1]!;
    const reported = latency_ms![quantile as keyof typeof QUANTILES];
    const fits = Math.abs(reported - is) <= Math.max(1, is * 0.01);
    if (!fits) wrong++;
    return `${quantile} ${reported.toFixed(2)} of ${is.toFixed(2)} ms${fits ? '' : ' WRONG'}`;
  });
  console.log(
    `${name.padEnd(20)} ${cells.join('  ')}  (sends late by p50 ${lateness_ms!.p50.toFixed(2)}, p99 ${lateness_ms!.p99.toFixed(2)} ms)`,
  );
}
const stall = CASES['stalls for 1 s']!.env;
const closed = await run(stall, { in_flight: 1, time_s_max: seconds });
const { p50, p99, p999, max } = closed.latency_ms!;
console.log(
  `the stall, closed    p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  p999 ${p999.toFixed(2)}  max ${max.toFixed(0)} ms of ${closed.requests.sent} requests: only the maximum shows it`,
);
console.log(wrong === 0 ? 'all within 1 % or 1 ms' : `${wrong} percentiles off by more than 1 % and 1 ms`);
