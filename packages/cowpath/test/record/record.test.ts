import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { placeForEach, postgresForAll } from '../fixtures.ts';
import { CLI, type Ended, queriesIn, REGISTER, type Running, start } from '../recorded.ts';
import { lineOf, until } from '../starts/world.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../../../..');
const PROGRAM = join(HERE, 'queries.mjs');
const NODE_22 = join(ROOT, 'node_modules/node22/bin/node');
const COMPILED = join(HERE, '../../dist/cli/main.js');
const COMPILED_REGISTER = `--import=${pathToFileURL(join(HERE, '../../dist/register.js')).href}`;

const postgres = postgresForAll();
const place = placeForEach();

/** A Node older than what recording needs, if the machine has one. */
function oldNode(): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    if (!existsSync(node)) continue;
    const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8', env: {} });
    if (Number(version.split('.')[0]) < 22) return node;
  }
  return null;
}

const profile = (): string => join(place.folder, '.cowpath');
const env = (): Record<string, string> => ({ DATABASE_URL: postgres.url });

function record(
  command: readonly string[],
  flags: readonly string[] = [],
  more: Record<string, string | undefined> = {},
): Running {
  return start({
    args: [CLI, 'record', ...flags, '--', ...command],
    cwd: place.folder,
    env: { ...env(), ...more },
  });
}

function program(how: string, times = 3): string[] {
  return [process.execPath, PROGRAM, how, String(times)];
}

const recorded = (ended: Ended): void =>
  expect(ended.stderr).toMatch(/^cowpath: recorded 3 statements in .*cowpath report$/m);

describe('how the program ends is how cowpath ends', () => {
  test('well', async () => {
    const ended = await record(program('ends')).ended;
    expect(ended).toMatchObject({ code: 0, stdout: 'the program says so\n' });
    recorded(ended);
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });

  test('process.exit: its code, and everything is kept', async () => {
    const ended = await record(program('exits')).ended;
    expect(ended).toMatchObject({ code: 3, stdout: 'the program says so\n' });
    recorded(ended);
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });

  test('an uncaught exception: its code, and everything is kept', async () => {
    const ended = await record(program('throws')).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('nobody catches this');
    recorded(ended);
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });

  test('SIGKILL is 137, and it is said that the end is missing', async () => {
    const ended = await record(program('kills itself')).ended;
    expect(ended.code).toBe(137);
    // On a busy machine it may have saved something.
    expect(ended.stderr).toMatch(/COWPATH_NOTHING_RECORDED.*killed|ended by SIGKILL/);
  });

  test('SIGINT unhandled, as by Ctrl-C: what was saved until then is there, and that is said', async () => {
    const running = record(program('waits'));
    await running.printed('the program says so');
    await until('it has been saved', () => Object.keys(queriesIn(profile())).length > 0);
    running.process.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(lineOf(ended.stderr)).toMatch(
      /^cowpath: the program was ended by SIGINT .*last 2 s may be missing, the rest is recorded/,
    );
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });

  test('SIGTERM unhandled is 143', async () => {
    expect((await record(program('terminates itself')).ended).code).toBe(143);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s is passed on', async (signal) => {
    const running = record(program('waits'));
    await running.printed('the program says so');
    running.process.kill(signal);
    expect((await running.ended).code).toBe(signal === 'SIGTERM' ? 143 : 129);
  });

  test('a program that ends well on SIGTERM does, and everything is kept', async () => {
    const running = record(program('handles SIGTERM'));
    await running.printed('the program says so');
    running.process.kill('SIGTERM');
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 7, stdout: 'the program says so\nending well\n' });
    recorded(ended);
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });

  test('nothing is left in the temporary folder', async () => {
    const running = record(program('ends'));
    const { pid } = running.process;
    await running.ended;
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`cowpath-outcome-${pid}-`))).toEqual([]);
  });
});

describe('what cannot be recorded is said, with what to do', () => {
  test('no command', async () => {
    const ended = await start({ args: [CLI, 'record'], cwd: place.folder }).ended;
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/missing required argument 'command'/);
    expect(ended.stderr).toContain('cowpath record -- node app.js');
  });

  test('a command that does not exist', async () => {
    const ended = await record(['no-such-program']).ended;
    expect(ended.code).toBe(127);
    expect(ended.stderr).toMatch(/^cowpath: COWPATH_COMMAND_NOT_FOUND: "no-such-program" was not found/m);
  });

  test('a command that may not be run', async () => {
    const file = join(place.folder, 'no-program');
    writeFileSync(file, 'text', { mode: 0o600 });
    const ended = await record([file]).ended;
    expect(ended.code).toBe(126);
    expect(ended.stderr).toMatch(/COWPATH_COMMAND_FAILED/);
  });

  test('a file that does not exist: as without cowpath', async () => {
    const ended = await record([process.execPath, 'missing.js']).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Cannot find module');
  });

  test.each([
    [['--flush-interval', 'soon'], /COWPATH_BAD_OPTION.*--flush-interval.*"soon"/],
    [['--flush-interval', '1'], /COWPATH_BAD_OPTION.*at least 10/],
    [['--plan'], /unknown option '--plan'[\s\S]*Did you mean --plans/],
  ])('the option %j', async (flags, message) => {
    const ended = await record(program('ends'), flags).ended;
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(message);
  });

  test('a program that has nothing to do with a database', async () => {
    const ended = await record([process.execPath, '-e', 'process.exitCode = 5']).ended;
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/COWPATH_NO_DRIVER: no Postgres driver was loaded/);
    expect(existsSync(profile())).toBe(false);
  });

  test('a command that is no Node program', async () => {
    const ended = await record(['sh', '-c', 'exit 4']).ended;
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/COWPATH_NOTHING_RECORDED.*exit code 4/);
  });

  test('a driver that is loaded and not used', async () => {
    const file = join(HERE, 'loads.mjs');
    const ended = await record([process.execPath, file]).ended;
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(
      /COWPATH_NOTHING_RECORDED: node-postgres was loaded, but no statement was sent/,
    );
  });

  test('a socket to a database whose driver was not seen', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const url = `postgres://nobody@127.0.0.1:${port}/x`;
    // Node keeps what `remotePort` found in a property of the socket: nobody but the program may ask for it.
    const connects =
      `const s = new (require('net').Socket)(); s.on('close', () => {}).resume().connect(${port}, '127.0.0.1');` +
      `s.on('connect', () => setImmediate(() => console.log(s.eventNames().join(), Object.hasOwn(s, '_peername'))))`;
    const ended = await record([process.execPath, '-e', connects], [], { DATABASE_URL: url }).ended;
    server.close();
    expect(ended.stdout).toBe('close,end,connect false\n');
    expect(ended.stderr).toMatch(
      /COWPATH_NO_DRIVER: the program opened connections to Postgres.*instrument\(pool\)/,
    );
  });

  const old = oldNode();
  test.skipIf(old === null)('a Node that is too old runs the program unrecorded, and says so', async () => {
    const ended = await start({
      args: [COMPILED_REGISTER, PROGRAM, 'ends'],
      node: old!,
      cwd: place.folder,
      env: env(),
    }).ended;
    expect(ended).toMatchObject({ code: 0, stdout: 'the program says so\n' });
    expect(ended.stderr).toMatch(/COWPATH_NODE_TOO_OLD: recording needs Node 22.16 or newer/);
  });
});

test('NODE_OPTIONS that are set already are kept', async () => {
  const file = join(place.folder, 'before.cjs');
  writeFileSync(file, `console.log('before')`);
  const ended = await record(program('ends'), [], { NODE_OPTIONS: `--require=${file}` }).ended;
  // Cowpath's own process reads them too.
  expect(ended.stdout).toBe('before\nbefore\nthe program says so\n');
  recorded(ended);
});

test('a folder whose name has a space, and --quiet', async () => {
  const folder = join(place.folder, 'a folder');
  mkdirSync(folder);
  const ended = await record(program('ends'), ['--dir', folder, '--quiet']).ended;
  expect(ended).toMatchObject({ code: 0, stdout: 'the program says so\n', stderr: '' });
  expect(queriesIn(folder)).toEqual({ '(start-up)': 3 });
});

test('what a program starts is recorded too', async () => {
  const command = `${process.execPath} ${PROGRAM} ends 2 && ${process.execPath} ${PROGRAM} ends 5`;
  const ended = await record(['sh', '-c', command]).ended;
  expect(ended.stderr).toContain('recorded 7 statements');
  expect(queriesIn(profile())).toEqual({ '(start-up)': 7 });
});

test('the file is the owner’s only', async () => {
  await record(program('ends')).ended;
  const [name] = readdirSync(profile());
  const mode = execFileSync('stat', ['-c', '%a', profile(), join(profile(), name!)], { encoding: 'utf8' });
  expect(mode).toBe('700\n600\n');
});

test('register takes bad settings with a line each, and goes on', async () => {
  const ended = await start({
    args: ['--import', REGISTER, PROGRAM, 'ends'],
    cwd: place.folder,
    env: { ...env(), COWPATH_FLUSH_INTERVAL_MS: 'never', COWPATH_SEGMENT_SPAN_MS: '-1' },
  }).ended;
  expect(ended).toMatchObject({ code: 0, stdout: 'the program says so\n' });
  expect(ended.stderr.match(/^cowpath: COWPATH_.*Using \d+\.$/gm)).toHaveLength(2);
});

describe.skipIf(!existsSync(NODE_22) || !existsSync(COMPILED))('compiled, on Node 22.16', () => {
  test.each([
    ['ends', 0],
    ['exits', 3],
    ['kills itself', 137],
  ])('a program that %s', async (how, code) => {
    const args = [COMPILED, 'record', '--', NODE_22, PROGRAM, how];
    const ended = await start({ args, node: NODE_22, cwd: place.folder, env: env() }).ended;
    expect(ended).toMatchObject({ code, stdout: 'the program says so\n' });
    if (code === 137) return;
    recorded(ended);
    expect(queriesIn(profile())).toEqual({ '(start-up)': 3 });
  });
});
