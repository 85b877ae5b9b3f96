import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HistogramLogReader } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { load, replay } from '../../src/index.ts';
import { startServer } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

const clf = (path: string, second: number, method = 'GET'): string =>
  `192.0.2.1 - - [17/May/2015:10:05:${String(second).padStart(2, '0')} +0000] "${method} ${path} HTTP/1.1" 200 1\n`;

describe('replay', () => {
  it('sends every request once, in order of time, and accounts for the rest', async () => {
    const log = fileOf('');
    const { port } = await startServer({ LOG: log });
    const traffic = fileOf(
      clf('/c', 2) +
        clf('/a', 0) +
        clf('/b', 1, 'HEAD') +
        clf('/cart', 1, 'POST') +
        clf('/private', 3) +
        clf('/-', 3).replace('GET /- HTTP/1.1', '-') +
        'nonsense\n',
    );
    const { result } = await replay(traffic, {
      target: `localhost:${port}`,
      pace: 'max',
      except: ['/private'],
    });
    expect(readFileSync(log, 'utf8')).toBe('GET /a\nHEAD /b\nGET /c\n');
    expect(result).toMatchObject({
      loop: 'closed',
      measure: 'service time',
      complete: true,
      end: 'finished',
      requests: { planned: 3, sent: 3, not_sent: 0, answered: 3, failed: 0 },
      statuses: { 200: 3 },
      errors: {},
      log: {
        account: { lines: 7, requests: 5, skipped: { 'no-request': 1 }, malformed: 1 },
        omitted: { unsafe: 1, filtered: 1 },
      },
    });
  });

  it('sends what may change data only when told', async () => {
    const log = fileOf('');
    const { port } = await startServer({ LOG: log });
    const traffic = fileOf(clf('/cart', 0, 'POST') + clf('/cart/1', 0, 'DELETE'));
    await expect(replay(traffic, { target: `localhost:${port}`, pace: 'max' })).rejects.toThrow(
      expect.objectContaining({
        code: 'LOG_EMPTY',
        message: expect.stringContaining('2 by methods that may change data, which --unsafe sends too'),
      }),
    );
    await replay(traffic, { target: `localhost:${port}`, pace: 'max', unsafe: true });
    expect(readFileSync(log, 'utf8')).toBe('POST /cart\nDELETE /cart/1\n');
  });

  const real = join(import.meta.dirname, '../../../../../shared/data/access-log/apache-combined-10k.log.gz');
  it.skipIf(!existsSync(real))(
    'replays the real log, every line of it in the target’s own (skipped without ../shared/data)',
    async () => {
      const log = fileOf('');
      const { port } = await startServer({ LOG: log });
      const { result } = await replay(real, {
        target: `localhost:${port}`,
        pace: 2000,
        gap_s_max: 60,
        unsafe: true,
      });
      const received = readFileSync(log, 'utf8').trimEnd().split('\n');
      expect(result).toMatchObject({
        complete: true,
        requests: { planned: 10_000, sent: 10_000, not_sent: 0, answered: 10_000, failed: 0 },
      });
      expect(received).toHaveLength(10_000);
      const methods = Object.groupBy(received, (line) => line.split(' ')[0]!);
      expect(
        Object.fromEntries(Object.entries(methods).map(([method, list]) => [method, list!.length])),
      ).toEqual({ GET: 9952, HEAD: 42, OPTIONS: 1, POST: 5 });
      const byRoute = result.routes.reduce((sum, route) => sum + route.sent, 0);
      expect(byRoute).toBe(10_000);
      expect(result.lateness_ms?.count).toBe(10_000);
    },
  );

  it('shows a stall in open loop to all it kept waiting, and in closed loop to one', async () => {
    const stalled = { STALL_AT_MS: '300', STALL_MS: '600' };
    const open = await load(`localhost:${(await startServer(stalled)).port}`, { rate: 200, time_s_max: 2 });
    const closed = await load(`localhost:${(await startServer(stalled)).port}`, {
      in_flight: 1,
      time_s_max: 2,
    });
    const slow = (outcome: typeof open): number => {
      let count = 0;
      for (const { value_ms, count: of } of outcome.histogram.counts()) if (value_ms >= 100) count += of;
      return count;
    };
    // 200 a second over 600 ms: 120 were due meanwhile; those of the first 500 ms waited at least 100 ms.
    expect(slow(open)).toBeGreaterThanOrEqual(95);
    expect(open.result.latency_ms!.p90).toBeGreaterThanOrEqual(100);
    // One was in flight when it began; the others are what a busy machine may do.
    expect(closed.result.latency_ms!.max).toBeGreaterThanOrEqual(500);
    const share = (outcome: typeof open): number => slow(outcome) / outcome.result.requests.sent;
    expect(share(closed)).toBeLessThan(share(open) / 4);
  });

  it('never reports less than the server waited', async () => {
    const { port } = await startServer({ DELAY_MS: '20', SLOW_SHARE: '0.1', SLOW_MS: '60' });
    const { result } = await load(`localhost:${port}`, { rate: 100, requests: 200 });
    const { p50, p99, count } = result.latency_ms!;
    expect(count).toBe(200);
    // Node's timers may fire up to a millisecond early by this clock.
    expect(p50).toBeGreaterThanOrEqual(19);
    expect(p99).toBeGreaterThanOrEqual(59);
    expect(result.service_ms!.p50).toBeLessThanOrEqual(p50);
  });

  it('keeps what it measured when the server dies, and says that it is incomplete', async () => {
    const { port } = await startServer({ FAIL_AFTER: '50' });
    const { result } = await load(`localhost:${port}`, { in_flight: 2, time_s_max: 60 });
    expect(result).toMatchObject({ complete: false, end: 'target-gone' });
    // The answer beside the last may be lost with the process.
    const { sent, answered, failed } = result.requests;
    expect(answered).toBeGreaterThanOrEqual(48);
    expect(answered).toBeLessThanOrEqual(50);
    expect(failed).toBe(sent - answered);
    expect(result.errors.refused).toBeGreaterThan(0);
    expect(result.latency_ms?.count).toBe(answered);
  });

  it('says so too when the log is at its end before that is certain', async () => {
    const { port } = await startServer({ FAIL_AFTER: '20' });
    const log = fileOf('{"path":"/"}\n'.repeat(60));
    const { result } = await replay(log, { target: `localhost:${port}`, pace: 'max' });
    expect(result).toMatchObject({ complete: false, end: 'target-gone' });
    expect(result.requests).toMatchObject({ planned: 60, sent: 60 });
    expect(result.requests.failed).toBe(60 - result.requests.answered);
  });

  it('ends in order when it is interrupted', async () => {
    const { port } = await startServer({ DELAY_MS: '5' });
    const controller = new AbortController();
    const running = load(`localhost:${port}`, {
      rate: 100,
      time_s_max: 60,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const { result } = await running;
    expect(result).toMatchObject({ complete: false, end: 'interrupted' });
    expect(result.requests.sent + result.requests.not_sent).toBe(result.requests.planned);
    expect(result.requests.answered + result.requests.failed).toBe(result.requests.sent);
    expect(result.requests.answered).toBeGreaterThan(0);
  });

  it('is not complete when it is interrupted with the last requests on their way', async () => {
    const { port } = await startServer({ DELAY_MS: '60000' });
    const controller = new AbortController();
    const { result } = await load(`localhost:${port}`, {
      rate: 100,
      requests: 3,
      signal: controller.signal,
      onProgress: ({ sent }) => sent === 3 && controller.abort(),
    });
    expect(result).toMatchObject({ complete: false, end: 'interrupted', errors: { aborted: 3 } });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'keeps its result when the HdrHistogram log cannot be written to its end',
    async () => {
      const { port } = await startServer();
      const warned = once(process, 'warning', { signal: AbortSignal.timeout(30_000) });
      const { result } = await load(`localhost:${port}`, {
        requests: 20,
        in_flight: 1,
        hdr_log: '/dev/full',
      });
      expect(result).toMatchObject({ complete: true, requests: { answered: 20 } });
      expect(String((await warned)[0])).toContain('ENOSPC');
    },
  );

  it('counts a timeout with the time it was waited for', async () => {
    const { port } = await startServer({ DELAY_MS: '5000' });
    const { result } = await load(`localhost:${port}`, { requests: 3, in_flight: 3, timeout_ms: 100 });
    expect(result.errors).toEqual({ timeout: 3 });
    // Timers may fire up to a millisecond early by this clock.
    expect(result.latency_ms?.p50).toBeGreaterThanOrEqual(99);
  });

  it('writes a log that HdrHistogram reads, whose intervals and routes both hold every answer', async () => {
    const { port } = await startServer();
    const path = fileOf('');
    const { result } = await replay(
      fileOf(Array.from({ length: 40 }, (_, i) => clf(i % 4 ? '/books/1' : '/', i)).join('')),
      { target: `localhost:${port}`, pace: 20, hdr_log: path },
    );
    const reader = new HistogramLogReader(readFileSync(path, 'utf8'));
    const counts: Record<string, number> = {};
    for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram()) {
      const tag = next.tag && next.tag !== 'NO TAG' ? next.tag : 'in all';
      counts[tag] = (counts[tag] ?? 0) + next.totalCount;
    }
    expect(counts).toEqual({ 'in all': 40, 'GET_/books/:id': 30, 'GET_/': 10 });
    expect(result.requests.answered).toBe(40);
  });

  it.each([
    [{ target: 'localhost:1', wait_s: 0.1 }, 'TARGET_DOWN'],
    [{ target: 'ftp://x' }, 'BAD_TARGET'],
    [{ target: 'localhost:1', pace: 0 }, 'BAD_OPTION'],
    [{ target: 'localhost:1', pace: 'max', repeat: true }, 'BAD_OPTION'],
    [{ target: 'localhost:1', tarif: 1 }, 'BAD_OPTION'],
    [{ target: 'localhost:1', rules: '/no/such/file' }, 'BAD_RULES'],
    [{ target: 'localhost:1', only: ['/nothing'] }, 'LOG_EMPTY'],
  ])('refuses %j', async (options, code) => {
    await expect(replay(fileOf(clf('/', 0)), options as Parameters<typeof replay>[1])).rejects.toThrow(
      expect.objectContaining({ code }),
    );
  });
});
