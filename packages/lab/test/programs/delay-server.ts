/**
 * A server whose behaviour its environment chooses, for tests of what is measured:
 * WORK_US spins that long for each request; DELAY_MS waits; SLOW_SHARE and SLOW_MS make that share of requests
 * wait SLOW_MS instead, deterministically spread; STALL_AT_MS and STALL_MS block it once, that long after the
 * first request; ANSWER changes the body; FAIL_AFTER ends the process after so many requests; LOG is a file
 * that gets `METHOD path` a line; KEEP_TIMES keeps when each request was met and answered, and hands that over
 * on any message of the process that started this one.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const work_us = number('WORK_US', 0);
const delay_ms = number('DELAY_MS', 0);
const slowShare = number('SLOW_SHARE', 0);
const slow_ms = number('SLOW_MS', 0);
const stallAt_ms = number('STALL_AT_MS', -1);
const stall_ms = number('STALL_MS', 0);
const failAfter = number('FAIL_AFTER', Number.POSITIVE_INFINITY);
const answer = process.env.ANSWER ?? 'ok';
const log = process.env.LOG;

/** What the server did with one request, by the clock that all processes of a machine share. */
export interface ServedRequest {
  readonly url: string;
  /** How long it meant to wait. */
  readonly delay_ms: number;
  readonly arrived_ms: number;
  /** When the whole answer was with the operating system. */
  readonly answered_ms: number;
}

const times: ServedRequest[] | undefined = process.env.KEEP_TIMES ? [] : undefined;
const now_ms = (): number => Number(process.hrtime.bigint()) / 1e6;

let served = 0;

function spin(us: number): void {
  for (const until = performance.now() + us / 1000; performance.now() < until; );
}

const server = createServer((request, response) => {
  const arrived_ms = now_ms();
  served++;
  if (served === 1 && stallAt_ms >= 0) setTimeout(() => spin(stall_ms * 1000), stallAt_ms);
  if (served > failAfter) process.exit(3);
  if (log) appendFileSync(log, `${request.method} ${request.url}\n`);
  if (work_us > 0) spin(work_us);
  const slow = Math.floor(served * slowShare) !== Math.floor((served - 1) * slowShare);
  const wait = slow ? slow_ms : delay_ms;
  const url = request.url ?? '';
  if (times) {
    response.on('finish', () => times.push({ url, delay_ms: wait, arrived_ms, answered_ms: now_ms() }));
  }
  const body = JSON.stringify({ path: request.url, answer, cookie: request.headers.cookie });
  const end = (): void => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (wait === 0) end();
  else setTimeout(end, wait);
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(address.port);
});

// Started with a channel, it ends with whoever started it, however that ended.
if (process.channel) process.on('disconnect', () => process.exit(0));
if (times) process.on('message', () => process.send!(times));
