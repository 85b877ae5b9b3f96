/**
 * Whether what is reported is true: servers with known delays (fixed, bimodal, one that stalls for a second),
 * asked at a fixed rate. The truth is the server's own: it notes when it met and when it answered each request,
 * by the clock that all processes of a machine share, and a request's true latency is from when it was due to
 * that answer. Every percentile reported should be within 1 % or 1 ms of it; what the server's rule alone would
 * give stands beside it. Then the same stall in closed loop, where no percentile shows it.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, replay } from '../../packages/lab/src/index.ts';
import type { ServedRequest } from '../../packages/lab/test/programs/delay-server.ts';
import { benchCommand, numberFrom } from '../command.ts';
import { startServer } from './processes.ts';

const flags = benchCommand({
  file: 'bench/load/percentiles.ts',
  measures:
    'Whether reported percentiles are true (within 1 % or 1 ms): a fixed delay, a bimodal one, and a stall of a second, in open and in closed loop. Exit code 1 when one is off.',
  takes: 'Takes a minute and a half: four times the seconds, and a few more.',
  examples: [
    'node bench/load/percentiles.ts',
    'node bench/load/percentiles.ts --rate 100 --seconds 5   # a short look',
  ],
})
  .option('--rate <number>', 'requests a second', numberFrom(1, 5_000), 200)
  .option('--seconds <number>', 'of load on each server', numberFrom(4, 3_600), 20)
  .parse()
  .opts<{ rate: number; seconds: number }>();
const { rate, seconds } = flags;
const requests = Math.round(rate * seconds);
const SERVER = '../../packages/lab/test/programs/delay-server.ts';
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;
type QuantileName = keyof typeof QUANTILES;
const STALL_AT_MS = 2_000;
const STALL_MS = 1_000;
const TRUTH_WITHIN_MS = 30_000;
/** Some 20,000 requests a second, all of which the server notes. */
const CLOSED_S_MAX = 30;

interface Case {
  readonly env: Record<string, string>;
  /** What the server's rule makes of the request of this number, its own work not counted. */
  readonly nominal_ms: (i: number) => number;
}

const CASES: Record<string, Case> = {
  'fixed 20 ms': { env: { DELAY_MS: '20' }, nominal_ms: () => 20 },
  'bimodal 5 and 80 ms': {
    env: { DELAY_MS: '5', SLOW_SHARE: '0.05', SLOW_MS: '80' },
    nominal_ms: (i) => (Math.floor((i + 1) * 0.05) === Math.floor(i * 0.05) ? 5 : 80),
  },
  'stalls for 1 s': {
    env: { STALL_AT_MS: String(STALL_AT_MS), STALL_MS: String(STALL_MS) },
    // Due during the stall: waits until it is over. The stall is timed from the first request.
    nominal_ms: (i) => {
      const due = dueOf(i);
      return due >= STALL_AT_MS && due < STALL_AT_MS + STALL_MS ? STALL_AT_MS + STALL_MS - due : 0;
    },
  },
};

/** When a request should be sent, in milliseconds after the first. */
function dueOf(i: number): number {
  return (i * 1000) / rate;
}

/** Runs something against a server of its own. @returns its result, and what the server noted */
async function against<T>(
  env: Record<string, string>,
  run: (origin: string) => Promise<T>,
): Promise<{ result: T; served: ServedRequest[] }> {
  const { port, child } = await startServer(SERVER, { ...env, PORT: '0', KEEP_TIMES: '1' });
  try {
    const result = await run(`http://127.0.0.1:${port}`);
    return { result, served: await timesOf(child) };
  } finally {
    child.kill();
  }
}

async function timesOf(child: ChildProcess): Promise<ServedRequest[]> {
  const heard = once(child, 'message', { signal: AbortSignal.timeout(TRUTH_WITHIN_MS) });
  child.send('times');
  const [times] = await heard;
  return times;
}

/** The value that a share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

const ascending = (values_ms: number[]): number[] => values_ms.sort((a, b) => a - b);

/**
 * The true latencies: from when each request was due to when it was answered. No request is met before it is
 * due, so the schedule began when the most punctual of them was met, less its place in the schedule; that is too
 * late by the some tens of microseconds which that one was under way.
 */
function trueLatencies(served: readonly ServedRequest[]): number[] {
  const numbered = served.map(({ url, arrived_ms, answered_ms }) => ({
    due_ms: dueOf(Number(url.slice(1))),
    arrived_ms,
    answered_ms,
  }));
  const origin_ms = numbered.reduce(
    (least, { arrived_ms, due_ms }) => Math.min(least, arrived_ms - due_ms),
    Number.POSITIVE_INFINITY,
  );
  return ascending(numbered.map(({ answered_ms, due_ms }) => answered_ms - origin_ms - due_ms));
}

function compare(reported: number, truth: number): { text: string; fits: boolean } {
  const fits = Math.abs(reported - truth) <= Math.max(1, truth * 0.01);
  return { text: `${reported.toFixed(2)} of ${truth.toFixed(2)} ms${fits ? '' : ' WRONG'}`, fits };
}

let wrong = 0;
const folder = mkdtempSync(join(tmpdir(), 'cowpath-percentiles-'));
try {
  const log = join(folder, 'requests.jsonl');
  const began_ms = Date.UTC(2026, 0, 1);
  writeFileSync(
    log,
    Array.from(
      { length: requests },
      (_, i) => `${JSON.stringify({ time: (began_ms + dueOf(i)) / 1000, path: `/${i}` })}\n`,
    ).join(''),
  );
  console.log(
    `${rate} requests a second for ${seconds} s, open loop: reported of true latency (by the rule)`,
  );
  for (const [name, { env, nominal_ms }] of Object.entries(CASES)) {
    const { result, served } = await against(
      env,
      async (target) => (await replay(log, { target, routes_max: 1 })).result,
    );
    if (served.length !== requests)
      throw new Error(`${name}: the server answered ${served.length} of ${requests} requests`);
    const truth = trueLatencies(served);
    const nominal = ascending(Array.from({ length: requests }, (_, i) => nominal_ms(i)));
    const cells = Object.entries(QUANTILES).map(([label, share]) => {
      const { text, fits } = compare(result.latency_ms![label as QuantileName], quantile(truth, share));
      if (!fits) wrong++;
      return `${label} ${text} (${quantile(nominal, share).toFixed(0)})`;
    });
    const { p50, p99 } = result.lateness_ms!;
    console.log(
      `${name.padEnd(20)} ${cells.join('  ')}; sends late by p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const stall = await against(CASES['stalls for 1 s']!.env, async (origin) => {
  return (await load(`${origin}/`, { in_flight: 1, time_s_max: Math.min(seconds, CLOSED_S_MAX) })).result;
});
// One in flight: from one answer to the next is all that the next request can have taken.
const gaps = ascending(
  stall.served.slice(1).map(({ answered_ms }, i) => answered_ms - stall.served[i]!.answered_ms),
);
const { latency_ms, requests: counts } = stall.result;
const cells = Object.entries(QUANTILES).map(([label, share]) => {
  const { text, fits } = compare(latency_ms![label as QuantileName], quantile(gaps, share));
  if (!fits) wrong++;
  return `${label} ${text}`;
});
console.log(
  `the stall, closed    ${cells.join('  ')}  max ${latency_ms!.max.toFixed(0)} ms of ${counts.sent} requests: only the maximum shows it`,
);
console.log(
  wrong === 0 ? 'all within 1 % or 1 ms of the truth' : `${wrong} percentiles off by more than 1 % and 1 ms`,
);
if (wrong > 0) process.exitCode = 1;
