import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLog, replay } from '@cowpath/lab';
import { afterEach, describe, expect, it } from 'vitest';
import { CLI, REGISTER, type Running, start } from '../recorded.ts';

const PROGRAM = join(import.meta.dirname, 'served.mjs');
const CANARY = 'canary-7f3a';

const running: Running[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.process.kill('SIGKILL');
    await one.ended;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'cowpath-capture-'));
  folders.push(made);
  return made;
}

interface Captured {
  readonly at_ms: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly body_encoding?: string;
  readonly body_truncated?: boolean;
  readonly route?: string;
  readonly status?: number;
  readonly duration_ms?: number;
}

function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const requestsOf = (file: string): Captured[] =>
  (linesOf(file) as unknown as Captured[])
    .filter(({ at_ms }) => at_ms !== undefined)
    .sort((a, b) => a.at_ms - b.at_ms);

interface Ready {
  readonly port: number;
  readonly pid: number;
  readonly program: Running;
}

async function serve(args: readonly string[], env: Record<string, string>): Promise<Ready> {
  const ready = join(folder(), 'ready');
  const program = start({ args: [...args], env: { ...env, READY: ready } });
  running.push(program);
  let ended = false;
  void program.ended.then(() => {
    ended = true;
  });
  while (!existsSync(ready)) {
    if (ended) throw new Error(`the server ended: ${(await program.ended).stderr}`);
    await sleep(20);
  }
  return { ...JSON.parse(readFileSync(ready, 'utf8')), program };
}

/** The server, its requests captured into `file`. */
function capture(file: string, env: Record<string, string>, flags: readonly string[] = []): Promise<Ready> {
  const record = [CLI, 'record', '--dir', folder(), '--capture', file, ...flags];
  return serve([...record, '--', process.execPath, PROGRAM], env);
}

async function stop({ program }: Ready): Promise<string> {
  program.process.kill('SIGTERM');
  return (await program.ended).stderr;
}

const now = (): number => performance.timeOrigin + performance.now();

describe('cowpath record --capture', () => {
  it.each(['http', 'express', 'fastify'])(
    'captures what a server of %s gets; a replay sends the same in the same order',
    async (kind) => {
      const [file, log, replayed] = ['traffic.jsonl', 'log', 'replayed'].map((name) => join(folder(), name));
      const server = await capture(file!, { SERVER: kind, LOG: log! }, ['--capture-bodies']);
      const asked: [string, string, RequestInit?][] = [
        ['GET', '/'],
        ['GET', '/books/1?sort=title&author=Eco'],
        ['GET', `/books/2?token=${CANARY}-1&page=2`],
        ['POST', '/books/3', { body: '{"a": 1}', headers: { 'content-type': 'application/json' } }],
        ['GET', '/books/4', { headers: { cookie: `session=${CANARY}-2; theme=dark` } }],
        ['GET', '/books/5', { headers: { authorization: `Bearer ${CANARY}-3`, 'x-tenant': 'one' } }],
        ['PUT', '/books/6', { body: new Uint8Array([255, 0, 254]), headers: { 'content-type': 'image/x' } }],
        ['GET', '/s%C3%A9lection?q=caf%C3%A9'],
        ['DELETE', '/books/7'],
      ];
      const sent_at: number[] = [];
      for (const [method, path, init] of asked) {
        sent_at.push(now());
        const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, ...init });
        expect(await answer.text()).toContain(`${method} ${path}`);
      }
      expect(await stop(server)).toContain(`captured ${asked.length} requests`);

      const text = readFileSync(file!, 'utf8');
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain('dark');
      expect(statSync(file!).mode & 0o777).toBe(0o600);
      const captured = requestsOf(file!);
      expect(captured.map(({ method, path }) => `${method} ${path.replace(/redacted:\w+/, 'R')}`)).toEqual(
        asked.map(([method, path]) => `${method} ${path.replace(`${CANARY}-1`, 'R')}`),
      );
      expect(captured.every(({ status, duration_ms }) => status === 200 && duration_ms! >= 0)).toBe(true);
      expect(captured[4]!.headers.cookie).toMatch(
        /^session=redacted:[0-9a-f]{12}; theme=redacted:[0-9a-f]{12}$/,
      );
      expect(captured[5]!.headers).toMatchObject({
        authorization: expect.stringMatching(/^redacted:/),
        'x-tenant': 'one',
      });
      expect(captured[3]!.body).toBe('{"a": 1}');
      expect(captured[6]).toMatchObject({ body: '/wD+', body_encoding: 'base64' });
      expect(captured[1]!.route).toBe(kind === 'http' ? undefined : '/books/:id');
      // Each arrived after it was sent and before its handler ran, so the pace is the clients' own.
      const handled = linesOf(log!) as { at: number }[];
      const { started } = linesOf(file!)[0] as { started: string };
      captured.forEach(({ at_ms }, i) => {
        // The clocks of two processes may differ a little.
        expect(Date.parse(started) + at_ms).toBeGreaterThan(sent_at[i]! - 100);
        expect(Date.parse(started) + at_ms).toBeLessThanOrEqual(handled[i]!.at + 1);
      });

      const again = await serve([PROGRAM], { SERVER: kind, LOG: replayed! });
      const { result } = await replay(file!, {
        target: `127.0.0.1:${again.port}`,
        unsafe: true,
        pace: 'max',
      });
      expect(result).toMatchObject({ complete: true, requests: { answered: asked.length } });
      const what = (path: string): unknown[] =>
        linesOf(path).map(({ method, url, body }) => ({
          method,
          url: String(url).replace(/token=[^&]*&/, ''),
          body,
        }));
      expect(what(replayed!)).toEqual(what(log!));
      expect(readFileSync(replayed!, 'utf8')).not.toContain('redacted:');
    },
  );

  it('keeps no bodies unless asked, and none that it cannot look into', async () => {
    const [bare, bodies] = ['bare', 'bodies'].map((name) => join(folder(), name));
    const send = async ({ port }: Ready): Promise<void> => {
      const post = (path: string, body: NonNullable<RequestInit['body']>, type: string, more = {}) =>
        fetch(`http://127.0.0.1:${port}${path}`, {
          method: 'POST',
          body,
          headers: { 'content-type': type, ...more },
        });
      await post(
        '/login',
        `{"user":"eve","password":"${CANARY}","deep":[{"api_key":"${CANARY}"}]}`,
        'application/json',
      );
      await post('/form', `user=eve&pwd=${CANARY}`, 'application/x-www-form-urlencoded');
      await post('/broken', `{"password":"${CANARY}`, 'application/json');
      await post('/zip', `password=${CANARY}`, 'text/plain', { 'content-encoding': 'gzip' });
      const form = new FormData();
      form.set('password', CANARY);
      await fetch(`http://127.0.0.1:${port}/upload`, { method: 'POST', body: form });
      // More than is kept, of which the program gets every byte.
      const large = 'x'.repeat(300_000);
      expect(await (await post('/large', large, 'text/plain')).text()).toBe(`POST /large ${large}`);
      expect(await (await post('/unread', large, 'text/plain')).text()).toBe('unread');
    };
    const first = await capture(bare!, { SERVER: 'http' });
    await send(first);
    await stop(first);
    expect(readFileSync(bare!, 'utf8')).not.toMatch(/"body|eve/);
    expect(requestsOf(bare!)).toHaveLength(7);

    const second = await capture(bodies!, { SERVER: 'http' }, ['--capture-bodies', '100000']);
    await send(second);
    await stop(second);
    expect(readFileSync(bodies!, 'utf8')).not.toContain(CANARY);
    const [login, form, ...others] = requestsOf(bodies!);
    const name = /"password":"(redacted:\w+)"/.exec(login!.body!)![1];
    expect(JSON.parse(login!.body!)).toEqual({ user: 'eve', password: name, deep: [{ api_key: name }] });
    expect(form!.body).toBe(`user=eve&pwd=${name}`);
    expect(others.map(({ path, body_truncated }) => [path, body_truncated])).toEqual([
      ['/broken', true],
      ['/zip', true],
      ['/upload', true],
      ['/large', true],
      ['/unread', true],
    ]);
    const traffic = await readLog(bodies!, {});
    expect(traffic.account).toMatchObject({ requests: 2, malformed: 5 });
  });

  it('writes what is under way when the program ends at once, and what was done when it is killed', async () => {
    const [exited, killed] = ['exited', 'killed'].map((name) => join(folder(), name));
    const first = await capture(exited!, { SERVER: 'http' });
    await fetch(`http://127.0.0.1:${first.port}/done`);
    await fetch(`http://127.0.0.1:${first.port}/exit`).catch(() => undefined);
    await first.program.ended;
    expect(requestsOf(exited!).map(({ path, status }) => [path, status])).toEqual([
      ['/done', 200],
      ['/exit', undefined],
    ]);
    expect(linesOf(exited!).at(-1)).toEqual({ end: true, requests: 2, dropped: 0 });

    const second = await capture(killed!, { SERVER: 'http' });
    await fetch(`http://127.0.0.1:${second.port}/done`);
    while (!readFileSync(killed!, 'utf8').includes('/done')) await sleep(20);
    process.kill(second.pid, 'SIGKILL');
    await second.program.ended;
    expect((await readLog(killed!, {})).requests.map(({ path }) => path)).toEqual(['/done']);
  });

  it('takes the requests of several processes into one file, a secret by one name', async () => {
    const file = join(folder(), 'traffic.jsonl');
    const server = await capture(file, { SERVER: 'http', WORKERS: '2' });
    // A connection each, so that both workers are asked.
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        fetch(`http://127.0.0.1:${server.port}/books/${i}`, {
          headers: { cookie: `s=${CANARY}`, connection: 'close' },
        }).then((answer) => answer.text()),
      ),
    );
    await stop(server);
    const captured = requestsOf(file);
    expect(captured.map(({ path }) => path).sort()).toEqual(
      Array.from({ length: 60 }, (_, i) => `/books/${i}`).sort(),
    );
    expect(new Set(captured.map(({ headers }) => headers.cookie)).size).toBe(1);
    const ends = linesOf(file).filter(({ end }) => end) as { requests: number }[];
    expect(ends.reduce((sum, { requests }) => sum + requests, 0)).toBe(60);
    expect(readFileSync(file, 'utf8')).not.toContain(CANARY);
  });

  it('grows no larger than it may, counts what it leaves out, and lets the program go on', async () => {
    const file = join(folder(), 'traffic.jsonl');
    const server = await capture(file, { SERVER: 'http' }, ['--capture-size', '4000']);
    for (let i = 0; i < 100; i++) {
      const answer = await fetch(`http://127.0.0.1:${server.port}/books/${i}`);
      expect(answer.status).toBe(200);
    }
    expect(await stop(server)).toMatch(/and \d+ more that a limit left out/);
    const end = linesOf(file).at(-1) as { requests: number; dropped: number };
    expect(end.dropped).toBeGreaterThan(0);
    expect(end.requests + end.dropped).toBe(100);
    expect(requestsOf(file)).toHaveLength(end.requests);
    // But for the last line.
    expect(statSync(file).size).toBeLessThan(4100);
  });

  it('captures http2 too', async () => {
    const file = join(folder(), 'traffic.jsonl');
    const server = await capture(file, { SERVER: 'http2' }, ['--capture-bodies']);
    const client = connect(`http://127.0.0.1:${server.port}`);
    const stream = client.request({ ':method': 'POST', ':path': `/two?api-key=${CANARY}` });
    stream.end('{"two":2}');
    for await (const _ of stream);
    client.close();
    await stop(server);
    expect(requestsOf(file)).toMatchObject([
      {
        method: 'POST',
        path: expect.stringMatching(/^\/two\?api-key=redacted:/),
        body: '{"two":2}',
        status: 200,
      },
    ]);
  });

  it('goes on when the file cannot be opened by the program', async () => {
    const file = join(folder(), 'other');
    writeFileSync(file, 'not a capture\n');
    const server = await serve(['--import', REGISTER, PROGRAM], {
      SERVER: 'http',
      COWPATH_CAPTURE: file,
      COWPATH_DIR: folder(),
    });
    expect((await fetch(`http://127.0.0.1:${server.port}/a`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${server.port}/b`)).status).toBe(200);
    const said = await stop(server);
    expect(said.match(/COWPATH_CAPTURE_FAILED/g)).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe('not a capture\n');
  });

  it.each([
    [['--capture', import.meta.filename], 'COWPATH_CAPTURE_EXISTS'],
    [['--capture-bodies'], '--capture-bodies has no effect without --capture'],
    [['--capture', 'x', '--capture-size', 'much'], 'expected a whole number of bytes'],
    [['--capture', 'x', '--capture-redact', 'a,b'], 'takes one name'],
    [['--captur', 'x'], '--capture'],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await start({
      args: [CLI, 'record', ...flags, '--', process.execPath, '-e', '0'],
      cwd: folder(),
    }).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
