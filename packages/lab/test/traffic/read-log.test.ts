import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/index.ts';
import { readText } from './read.ts';

const clf = (path: string): string =>
  `192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET ${path} HTTP/1.1" 200 1\n`;

describe('readLog', () => {
  it('reads gzip by its bytes, members one after another, and a last line without an end', async () => {
    const gz = Buffer.concat([gzipSync(clf('/a')), gzipSync(clf('/b').trimEnd())]);
    expect((await readText(gz)).requests.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it.each([
    ['nothing', '', 'LOG_EMPTY'],
    ['blank lines', '\n\n', 'LOG_EMPTY'],
    ['no format', 'root:x:0:0\n', 'LOG_FORMAT_UNKNOWN'],
    ['no request', clf('/').replace('GET / HTTP/1.1', '-'), 'LOG_EMPTY'],
    ['gzip cut short', gzipSync(clf('/a').repeat(1000)).subarray(0, 60), 'LOG_UNREADABLE'],
  ])('says what is wrong with a log of %s', async (_, content, code) => {
    await expect(readText(content)).rejects.toThrow(expect.objectContaining({ code }));
  });

  it('says what is wrong with a path or an option', async () => {
    await expect(readLog('/no/such/log')).rejects.toThrow(expect.objectContaining({ code: 'LOG_NOT_FOUND' }));
    await expect(readLog(import.meta.dirname)).rejects.toThrow(
      expect.objectContaining({ code: 'LOG_UNREADABLE' }),
    );
    await expect(readText(clf('/'), { format: 'cfl' })).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining('did you mean "clf"') }),
    );
    await expect(readText(clf('/'), { requests_max: 0 })).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });

  it.each([
    ['JSON lines', '{"path":"/a"}\n{"path":"/b"}\n'],
    ['a HAR', '{"log":{"entries":[{"request":{"url":"http://x/a"}},{"request":{"url":"http://x/b"}}]}}'],
    [
      'a capture',
      '{"format":"cowpath-capture","version":1,"started":"2026-01-01T00:00:00Z"}\n{"at_ms":0,"path":"/a"}\n{"at_ms":1,"path":"/b"}\n',
    ],
    ['an access log', clf('/a') + clf('/b')],
  ])('reads %s behind a byte order mark', async (_, content) => {
    const { requests, account } = await readText(`\uFEFF${content}`);
    expect(requests.map(({ path }) => path)).toEqual(['/a', '/b']);
    expect(account.malformed).toBe(0);
    expect(requests[0]!.client ?? '').not.toContain('\u00ef');
  });

  it('reads a HAR that is one line, however long', async () => {
    const text = 'x'.repeat(1024 * 1024);
    const entry = { request: { url: 'http://x/a' }, response: { content: { text } } };
    const har = JSON.stringify({ log: { entries: Array(20).fill(entry) } });
    expect((await readText(har)).account).toMatchObject({ requests: 20, malformed: 0 });
  });

  it('rejects a line too long for a request, and reads on', async () => {
    const long = `{"path":"/long","note":"${'x'.repeat(17 * 1024 * 1024)}"}\n`;
    const { account } = await readText(`{"path":"/a"}\n${long}{"path":"/b"}\n${long}`);
    expect(account).toMatchObject({ lines: 4, requests: 2, malformed: 2 });
  });

  it('keeps no more than it may and accounts for the rest', async () => {
    const { account, requests } = await readText(clf('/').repeat(10), { requests_max: 4 });
    expect(requests).toHaveLength(4);
    expect(account).toMatchObject({ lines: 10, requests: 4, skipped: { 'over-requests-max': 6 } });
  });

  it('has one fate for every line, whatever the lines are', async () => {
    const lines = fc.array(
      fc.oneof(
        fc.constant(clf('/x').trimEnd()),
        fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
        fc.json().map((text) => text.replaceAll('\n', '')),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom('clf', 'json-lines', 'capture'), async (some, format) => {
        // A first line that counts, so that there is a request to find.
        const first = {
          clf: clf('/first'),
          'json-lines': '{"path":"/first"}\n',
          capture:
            '{"format":"cowpath-capture","version":1,"started":"2026-01-01T00:00:00Z"}\n{"at_ms":0,"path":"/first"}\n',
        }[format]!;
        const { account } = await readText(first + some.map((line) => `${line}\n`).join(''), { format });
        expect(account.lines).toBe(some.length + first.split('\n').length - 1);
        const skipped = Object.values(account.skipped).reduce((sum, n) => sum + n, 0);
        expect(account.requests + skipped + account.malformed).toBe(account.lines);
      }),
      { numRuns: 60 },
    );
  });

  const real = join(import.meta.dirname, '../../../../../shared/data/access-log/apache-combined-10k.log.gz');
  it.skipIf(!existsSync(real))('reads the real log (skipped without ../shared/data)', async () => {
    const { account, requests, time_resolution_ms } = await readLog(real);
    expect(account).toMatchObject({
      lines: 10_000,
      requests: 10_000,
      skipped: {},
      malformed: 0,
      without_time: 0,
    });
    expect(time_resolution_ms).toBe(1000);
    const methods = Object.groupBy(requests, ({ method }) => method);
    expect(
      Object.fromEntries(Object.entries(methods).map(([method, list]) => [method, list!.length])),
    ).toEqual({ GET: 9952, HEAD: 42, OPTIONS: 1, POST: 5 });
  });
});
