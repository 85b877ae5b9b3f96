import { expect, test } from 'vitest';
import { seeded } from '../../src/conformance/helpers.ts';
import { share } from '../support/places.ts';
import { exchange, request } from '../support/raw.ts';
import { ask, startService } from '../support/service.ts';

const seed = Number(process.env.COWPATH_SEED ?? 7);
const random = seeded(seed);
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(of: readonly T[]): T => of[below(of.length)]!;

const LATIN = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const noise = (n: number): string => Array.from({ length: below(n) }, () => pick(LATIN)).join('');

const methods = [
  'GET',
  'PUT',
  'DELETE',
  'HEAD',
  'POST',
  'OPTIONS',
  'TRACE',
  'PRI',
  'get',
  '',
  'GET\t',
  'CONNECT',
];
const paths = [
  '/v0/entity',
  '/v0/entities',
  '/v0/status',
  '/metrics',
  '/',
  '*',
  '//',
  '/v0/entity/../status',
  'http://x/v0/entity',
  'x:443',
];
const parameters = [
  'id=k',
  'id=',
  'id',
  'id=%',
  'id=%f',
  'id=%00',
  'id=%zz',
  'start=a',
  'start=',
  'end=b',
  'end=',
  'replicas=1/1',
];
const odd = [
  'replicas=9/9',
  'replicas=x',
  '&&&',
  '=',
  '?',
  '#',
  '%%%',
  'id=a&id=b',
  '\0',
  '\n',
  ' ',
  '\u00e9',
  `id=${'a'.repeat(70_000)}`,
];
const headers = [
  'Host: x',
  'Content-Length: 4',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 9000000',
  'Content-Length: 4, 4',
  'Content-Length: 0x4',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: chunked, identity',
  'Expect: 100-continue',
  'Expect: nothing',
  'Connection: close',
  'Connection: upgrade',
  'Upgrade: websocket',
  'Accept: application/vnd.cowpath.kv-entries',
  'Range: bytes=0-1',
  ': empty',
  'No colon',
  ' folded',
  'X\0: y',
  `X: ${'y'.repeat(20_000)}`,
];
const bodies = [
  '',
  'abcd',
  '4\r\nabcd\r\n0\r\n\r\n',
  'ffffffffffffffff\r\n',
  '-1\r\n',
  '4\r\nabcdX',
  '0\r\nTrailer: x\r\n\r\n',
  'zz\r\n',
];

function generated(): string {
  const count = below(4);
  const query = Array.from({ length: count }, () => pick(random() < 0.9 ? parameters : odd)).join('&');
  const target = `${random() < 0.6 ? pick(paths.slice(0, 3)) : pick(paths)}${count === 0 && random() < 0.5 ? '' : '?'}${query}${random() < 0.1 ? noise(20) : ''}`;
  const version =
    random() < 0.9 ? 'HTTP/1.1' : pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTQ/1.1', 'HTTP/1.', '']);
  const end = random() < 0.95 ? '\r\n' : pick(['\n', '\r', '\n\r', '']);
  const lines = random() < 0.4 ? [] : Array.from({ length: below(4) }, () => pick(headers));
  if (random() < 0.8) lines.unshift('Host: x');
  const head = [
    `${random() < 0.7 ? pick(methods.slice(0, 3)) : pick(methods)} ${target} ${version}`,
    ...lines,
  ].join(end);
  return `${head}${end}${end}${pick(bodies)}`;
}

/** Bytes changed, doubled, dropped and cut in what was once a request. */
function mutated(text: string): string {
  let result = text;
  for (let change = below(6); change > 0; change--) {
    const at = below(result.length + 1);
    const length = below(8);
    result = pick([
      () => result.slice(0, at) + pick(LATIN) + result.slice(at + 1),
      () => result.slice(0, at) + result.slice(at + length),
      () => result.slice(0, at) + result.slice(at, at + length).repeat(3) + result.slice(at + length),
      () => result.slice(0, at) + noise(12) + result.slice(at),
      () => result.slice(0, at),
    ])();
  }
  return result;
}

/** The status lines in an answer, without what values may look like: the fuzzer stores no such value. */
function statuses(answer: Buffer): number[] {
  return [...answer.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((line) => Number(line[1]));
}

test(`every malformed request gets a 4xx: no crash, no hang, no leak (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  const service = await startService({ server: { headers_timeout_ms: 2_000, request_timeout_ms: 2_000 } });
  await ask(service, 'PUT', '/v0/entity?id=k', 'value');
  const count = share(200_000);
  const seen = new Map<number, number>();
  const one = async (): Promise<void> => {
    const sent = random() < 0.5 ? generated() : mutated(generated());
    const answer = await exchange(service.port, Buffer.from(sent, 'latin1'), { end: true });
    const found = statuses(answer);
    for (const status of found) seen.set(status, (seen.get(status) ?? 0) + 1);
    const wrong = found.filter((status) => status >= 500);
    expect(wrong, JSON.stringify(sent.slice(0, 300))).toEqual([]);
    // Nothing at all is an answer only to nothing at all (blank lines are not a request).
    if (found.length === 0)
      expect(sent.replaceAll(/[\r\n]/g, ''), JSON.stringify(sent.slice(0, 300))).toBe('');
  };
  for (let done = 0; done < count; done += 20) await Promise.all(Array.from({ length: 20 }, one));
  console.log('fuzz: answers by status', Object.fromEntries(seen));
  expect(service.reported).toEqual([]);
  for (const status of [200, 201, 202, 400, 404, 405, 417])
    expect(seen.get(status), `answers of ${status}`).toBeGreaterThan(0);
  expect((await ask(service, 'GET', '/v0/status')).status).toBe(200);
  const answer = await exchange(service.port, request('GET', '/metrics'));
  expect(answer.toString()).toMatch(/^cowpath_kv_requests_in_flight 1$/m);
  expect(answer.toString()).toMatch(/^cowpath_kv_in_flight_bytes 0$/m);
  expect(answer.toString()).toMatch(/^cowpath_kv_ranges 0$/m);
});
