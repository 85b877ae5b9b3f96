import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeForEach } from '../fixtures.ts';
import { queriesIn, start } from '../recorded.ts';
import {
  both,
  HERE,
  lineOf,
  RECORDING,
  ROOT,
  recordCommand,
  startWorld,
  trailsIn,
  until,
  WALKED,
  type World,
  walked,
} from './world.ts';

let world: World;
const place = placeForEach();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const env = (): Record<string, string> => ({ DATABASE_URL: world.url });
const profile = (): string => join(place.folder, 'profile');

test.each([
  ['cluster workers', 'cluster.mjs', 3, 3],
  ['worker threads, and the main thread', 'threads.mjs', 2, 3],
])('%s each write a segment of their own', async (_what, file, times, segments) => {
  const args = [join(HERE, file), String(times)];
  const bare = await start({ args, env: env() }).ended;
  const recorded = await start({ args, env: { ...env(), COWPATH_DIR: profile() }, record: true }).ended;
  expect(bare.code).toBe(0);
  expect(recorded).toEqual(bare);
  expect(readdirSync(profile())).toHaveLength(segments);
  expect(trailsIn(profile())).toEqual(walked(segments));
});

test('cowpath record counts what cluster workers and threads sent', async () => {
  for (const [file, times] of [
    ['cluster.mjs', '2'],
    ['threads.mjs', '1'],
  ] as const) {
    const command = [process.execPath, join(HERE, file), times];
    const ran = await start({ ...recordCommand(profile(), command), env: env() }).ended;
    expect(lineOf(ran.stderr)).toBe('cowpath: recorded 96 statements');
  }
});

describe('a program that ends in the middle keeps what it recorded', () => {
  test.each([
    ['exits', 3],
    ['throws', 1],
    ['rejects', 1],
    ['handles SIGTERM', 0],
  ])('%s', async (how, code) => {
    const args = [join(HERE, 'ends.mjs'), how];
    const bare = await start({ args, env: env() }).ended;
    const recorded = await start({ args, env: { ...env(), COWPATH_DIR: profile() }, record: true }).ended;
    expect(bare.code).toBe(code);
    expect(recorded).toEqual(bare);
    // What the handler of the signal asks for is in the background.
    expect({ ...trailsIn(profile()), '(background)': [] }).toEqual({ ...WALKED, '(background)': [] });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    '%s, unhandled: what was flushed is kept',
    async (signal) => {
      const args = [join(HERE, 'ends.mjs'), 'waits'];
      const running = start({ args, env: { ...env(), COWPATH_DIR: profile() }, record: true });
      await running.printed('walked');
      await until(
        'the interval has passed',
        () => existsSync(profile()) && queriesIn(profile())['GET /books'] === 48,
      );
      running.process.kill(signal);
      expect(await running.ended).toMatchObject({ code: null, signal });
      expect(trailsIn(profile())).toEqual(WALKED);
    },
  );
});

describe('a handler that is frozen once it has answered', () => {
  const handler = (how: string, interval_ms: number) => {
    const child = spawn(
      process.execPath,
      ['--conditions=@cowpath/source', ...RECORDING, join(HERE, 'handler.mjs'), how],
      {
        env: {
          ...process.env,
          ...env(),
          NODE_OPTIONS: '',
          COWPATH_DIR: profile(),
          COWPATH_FLUSH_INTERVAL_MS: String(interval_ms),
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      /** Thaws it, sends one request, and freezes it on the answer. */
      async invoke(page: number): Promise<void> {
        child.kill('SIGCONT');
        child.stdin.write(`${page}\n`);
        const { value } = await answers.next();
        child.kill('SIGSTOP');
        expect(JSON.parse(value as string)).toHaveLength(5);
      },
      thaw: (): void => void child.kill('SIGCONT'),
      async kill(): Promise<void> {
        const ended = new Promise((done) => child.on('exit', done));
        child.kill('SIGKILL');
        await ended;
      },
    };
  };

  test('with flush() nothing is lost, even when it is never thawed', async () => {
    const frozen = handler('flush', 60_000);
    try {
      for (let page = 0; page < 8; page++) {
        await frozen.invoke(page);
        expect(queriesIn(profile())).toEqual({ 'GET /books': 6 * (page + 1) });
      }
    } finally {
      await frozen.kill();
    }
    expect(trailsIn(profile())).toEqual(WALKED);
  });

  test('without it, the interval saves once it is thawed; until then no more than that is missing', async () => {
    const frozen = handler('interval', 100);
    try {
      for (let page = 0; page < 8; page++) await frozen.invoke(page);
      frozen.thaw();
      await until('the interval has passed', () => queriesIn(profile())['GET /books'] === 48);
    } finally {
      await frozen.kill();
    }
    expect(trailsIn(profile())).toEqual(WALKED);
  });
});

test('node --watch: each run adds to the profile', async () => {
  for (const file of ['app.mjs', 'shop.mjs']) copyFileSync(join(HERE, file), join(place.folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(place.folder, 'node_modules'));
  const app = join(place.folder, 'app.mjs');
  const watching = start({
    args: ['--watch', ...RECORDING, app],
    env: { ...env(), COWPATH_DIR: profile() },
    cwd: place.folder,
  });
  try {
    await until('it ran', () => queriesIn(profile())['GET /books'] === 48);
    let touched = 0;
    await until('it ran again', () => {
      // The watcher may not be there yet.
      if (touched++ % 50 === 0) utimesSync(app, new Date(), new Date());
      return queriesIn(profile())['GET /books']! >= 96;
    });
  } finally {
    watching.process.kill('SIGTERM');
    await watching.ended;
  }
  expect(Object.keys(trailsIn(profile()))).toEqual(['GET /books']);
});

test('a process that is started with an environment of its own is not recorded, and runs', async () => {
  const file = join(place.folder, 'starts.mjs');
  writeFileSync(
    file,
    `import { execFileSync } from 'node:child_process';
    process.stdout.write(execFileSync(process.execPath, [${JSON.stringify(join(HERE, 'app.mjs'))}], { env: { DATABASE_URL: process.env.DATABASE_URL } }));`,
  );
  const ran = await both({ args: [file], env: env() }, () => ({ args: [...RECORDING, file], env: env() }));
  expect(ran.recorded).toEqual(ran.bare);
  expect(ran.trails).toEqual({});
});
