import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/client/target.ts';
import type { Traffic } from '../../src/index.ts';
import { parsePattern } from '../../src/plan/pattern.ts';
import { makePlan, type PlanOptions } from '../../src/plan/plan.ts';
import { assignRoutes, guessRoute, OTHER_ROUTE } from '../../src/plan/route.ts';
import { compileRules } from '../../src/plan/rules.ts';
import { offsets } from '../../src/plan/schedule.ts';
import type { RecordedRequest } from '../../src/traffic/request.ts';

const request = (more: Partial<RecordedRequest> = {}): RecordedRequest => ({
  line: 1,
  at_ms: 0,
  method: 'GET',
  path: '/',
  ...more,
});

function trafficOf(requests: readonly RecordedRequest[]): Traffic {
  const without_time = requests.filter(({ at_ms }) => at_ms === undefined).length;
  return {
    format: 'test',
    requests,
    time_resolution_ms: 1,
    account: {
      lines: requests.length,
      requests: requests.length,
      skipped: {},
      malformed: 0,
      malformed_first: [],
      out_of_order: 0,
      without_time,
    },
  };
}

const target = parseTarget('http://localhost:3000/base');
const plan = (requests: readonly RecordedRequest[], options: Partial<PlanOptions> = {}) =>
  makePlan(trafficOf(requests), target, { timed: false, ...options });

describe('the Host header', () => {
  it('is the recorded one only where that can be one', () => {
    const hostOf = (host: string): string | undefined =>
      /\r\nhost: (.*?)\r\n/s.exec(
        String(plan([request({ host })], { host: 'recorded' }).requests[0]!.wire),
      )?.[1];
    expect(hostOf('shop.example.org:8080')).toBe('shop.example.org:8080');
    expect(hostOf('[2001:db8::1]:80')).toBe('[2001:db8::1]:80');
    // What a log says must not become a second request, nor another header.
    expect(hostOf('a\r\nx-smuggled: 1')).toBe('localhost:3000');
    expect(hostOf('a\r\n\r\nDELETE / HTTP/1.1')).toBe('localhost:3000');
    expect(hostOf('a b')).toBe('localhost:3000');
    expect(hostOf('b\u00fccher.example')).toBe('localhost:3000');
  });

  it('is refused where it is given and cannot be one', () => {
    expect(() => plan([request()], { host: 'a\r\nx: y' })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });
});

describe('patterns', () => {
  it.each([
    ['/books/*', 'GET /books/1', true],
    ['/books/*', 'GET /books', false],
    ['/books', 'GET /books?page=2', true],
    ['/books?page=*', 'GET /books?page=2', true],
    ['/books?page=*', 'GET /books?sort=2', false],
    ['POST', 'POST /x', true],
    ['post /cart', 'POST /cart', true],
    ['POST /cart', 'GET /cart', false],
    ['*.png', 'GET /a/b.png', true],
    ['/a.b', 'GET /aXb', false],
  ])('%j on %j is %s', (pattern, text, expected) => {
    const [method = '', path = ''] = text.split(' ');
    expect(parsePattern(pattern)({ method, path })).toBe(expected);
  });

  it.each(['', '   ', 'books/1 2 3', 'G@T /x'])('refuses %j', (pattern) => {
    expect(() => parsePattern(pattern)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});

describe('makePlan', () => {
  it('gives every request one fate', () => {
    const { requests, omitted } = plan(
      [
        request(),
        request({ method: 'POST' }),
        request({ path: '/admin' }),
        request({ method: 'HEAD' }),
        request({ at_ms: undefined }),
        request(),
        request(),
      ],
      { timed: true, except: ['/admin'], requests: 3 },
    );
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
    expect(omitted).toEqual({ unsafe: 1, filtered: 1, 'no-time': 1, 'over-limit': 1 });
  });

  it('writes the request with host, base path and headers', () => {
    const [first, second] = plan(
      [
        request({ path: '/x', headers: { 'user-agent': 'a' } }),
        request({ method: 'POST', path: '/y', body: Buffer.from('ü') }),
      ],
      { unsafe: true },
    ).requests;
    expect(first!.wire).toBe(
      'GET /base/x HTTP/1.1\r\nhost: localhost:3000\r\nuser-agent: a\r\naccept: */*\r\n\r\n',
    );
    expect(second!.wire.toString()).toBe(
      'POST /base/y HTTP/1.1\r\nhost: localhost:3000\r\naccept: */*\r\nuser-agent: cowpath\r\ncontent-length: 2\r\n\r\nü',
    );
    expect(second!.safe).toBe(false);
  });

  it('sends the host asked for', () => {
    const hostOf = (host: string | undefined, recorded?: string) =>
      /host: (.*)\r/.exec(String(plan([request({ host: recorded })], { host }).requests[0]!.wire))![1];
    expect(hostOf(undefined, 'old')).toBe('localhost:3000');
    expect(hostOf('recorded', 'old')).toBe('old');
    expect(hostOf('recorded')).toBe('localhost:3000');
    expect(hostOf('www.example.org', 'old')).toBe('www.example.org');
  });

  it('never sends a redacted value, and says how many there were', () => {
    const recorded = request({ headers: { cookie: 'session=redacted:9f86d081884c', accept: 'x' } });
    const { requests, redacted_headers } = plan([recorded, recorded]);
    expect(redacted_headers).toBe(2);
    expect(String(requests[0]!.wire)).not.toContain('redacted');
    const others = plan([
      request({ path: '/a?token=redacted:9f86d081884c&page=2&sig=redacted:0b1c' }),
      request({ path: '/in/redacted:9f86d081884c' }),
      request({ path: '/login', body: Buffer.from('{"password":"redacted:9f86d081884c"}') }),
    ]);
    expect(others.requests.map(({ path }) => path)).toEqual(['/a?page=2']);
    expect(others).toMatchObject({ redacted_parameters: 2, omitted: { redacted: 2 } });
  });

  it('suggests the option that was meant', () => {
    expect(() => plan([request()], { exept: ['/x'] } as Partial<PlanOptions>)).toThrow(
      'did you mean "except"?',
    );
  });
});

describe('rules', () => {
  const environment = { TOKEN: 's3cret' };
  const apply = (rules: unknown, recorded: RecordedRequest): Record<string, string> => {
    const headers = { ...recorded.headers };
    compileRules({ version: 1, rules }, environment)(recorded, headers);
    return headers;
  };

  it('sets, removes and expands, in order, where all conditions fit', () => {
    const rules = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the rule file's own notation
      { set: { Authorization: 'Bearer ${TOKEN}' } },
      { when: { path: 'GET /admin/*', user: 'ali*' }, set: { authorization: 'admin' }, remove: ['referer'] },
      { when: { header: { cookie: '*redacted:9f86*' } }, set: { cookie: 'session=real' } },
    ];
    expect(apply(rules, request())).toEqual({ authorization: 'Bearer s3cret' });
    expect(apply(rules, request({ path: '/admin/x', user: 'alice', headers: { referer: 'r' } }))).toEqual({
      authorization: 'admin',
    });
    expect(
      apply(
        rules,
        request({ path: '/admin/x', user: 'bob', headers: { cookie: 'session=redacted:9f86d081' } }),
      ),
    ).toEqual({ authorization: 'Bearer s3cret', cookie: 'session=real' });
  });

  it('keeps one of several values for each client', () => {
    const rules = [{ set: { cookie: ['s=1', 's=2', 's=3'] } }];
    const chosen = Array.from(
      { length: 50 },
      (_, i) => apply(rules, request({ client: `192.0.2.${i}` })).cookie,
    );
    expect(new Set(chosen).size).toBe(3);
    expect(
      Array.from(
        { length: 50 },
        (_, i) => apply(rules, request({ client: `192.0.2.${i}`, path: '/other' })).cookie,
      ),
    ).toEqual(chosen);
  });

  it.each([
    [[{ set: {}, when: 1 }], 'when'],
    [[{}], 'neither sets nor removes'],
    [[{ sett: { a: 'b' } }], 'did you mean "set"?'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the rule file's own notation
    [[{ set: { a: '${NOT_THERE}' } }], 'NOT_THERE'],
    [[{ set: { host: 'x' } }], '--host'],
    [[{ set: { a: 'x\r\ny: z' } }], 'cannot stand in a header'],
    [[{ set: { 'a b': 'x' } }], 'not a header name'],
    [[{ set: { a: 7 } }], 'not a string'],
    [{}, 'expected'],
  ])('refuses %j', (rules, message) => {
    expect(() => compileRules({ version: 1, rules }, environment)).toThrow(
      expect.objectContaining({ code: 'BAD_RULES', message: expect.stringContaining(message) }),
    );
  });
});

describe('routes', () => {
  it.each([
    ['/books/17/reviews?x=1', '/books/:id/reviews'],
    ['/u/0b8f6f6e-1c5c-4b8e-9d5f-1a2b3c4d5e6f', '/u/:id'],
    ['/books/OL123M', '/books/:id'],
    ['/files/d41d8cd98f00b204e9800998ecf8427e', '/files/:id'],
    ['/presentations/logstash-monitorama-2013/', '/presentations/logstash-monitorama-2013/'],
    ['/deadbeef/v2', '/deadbeef/v2'],
    ['*', '*'],
  ])('guesses %s as %s', (path, route) => {
    expect(guessRoute(path)).toBe(route);
  });

  it('prefers a pattern given, then the log, and keeps the most frequent', () => {
    const requests = [
      request({ path: '/a/1' }),
      request({ path: '/a/2', route: '/a/:name' }),
      request({ path: '/a/2', route: '/a/:name' }),
      request({ path: '/img/x.png' }),
      request({ path: '/b' }),
    ];
    const { names, of } = assignRoutes(requests, ['/img/*'], 100);
    expect([...of].map((i) => names[i])).toEqual([
      'GET /a/:id',
      'GET /a/:name',
      'GET /a/:name',
      '/img/*',
      'GET /b',
    ]);
    const few = assignRoutes(requests, [], 2);
    expect([...of].map((_, i) => few.names[few.of[i]!])).toEqual([
      OTHER_ROUTE,
      'GET /a/:name',
      'GET /a/:name',
      OTHER_ROUTE,
      OTHER_ROUTE,
    ]);
  });
});

describe('offsets', () => {
  const at = (...times: number[]): RecordedRequest[] => times.map((at_ms) => request({ at_ms }));

  it('spreads requests over the second they are known to', () => {
    expect([...offsets(at(1000, 2000, 2000, 2000, 2000, 5000), 1000)]).toEqual([
      0, 1000, 1250, 1500, 1750, 4000,
    ]);
  });

  it('leaves finer times as they are, and cuts silences', () => {
    expect([...offsets(at(5, 5, 7), 1)]).toEqual([0, 0, 2]);
    expect([...offsets(at(0, 100, 10_000, 10_050, 90_000), 1, 1000)]).toEqual([0, 100, 1100, 1150, 2150]);
  });
});
