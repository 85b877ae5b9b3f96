import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGISTER, temporary } from '../recorded.ts';
import {
  BINARIES,
  both,
  HERE,
  lineOf,
  RECORDING,
  ROOT,
  recordCommand,
  startWorld,
  WALKED,
  type World,
} from './world.ts';

const APP = join(HERE, 'app.mjs');
const COMMON = join(HERE, 'app.cjs');
const TYPED = join(HERE, 'app.mts');
const PRELOAD = ['-r', join(HERE, 'preload.cjs')];
const TSX = ['--import', 'tsx'];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const env = (): Record<string, string> => ({
  DATABASE_URL: world.url,
  PATH: `${BINARIES}${delimiter}${process.env['PATH']}`,
});

describe('flags, in either order', () => {
  test.each([
    ['--import', [...RECORDING, APP], [APP]],
    ['--import, CommonJS', [...RECORDING, COMMON], [COMMON]],
    ['-r of a file that loads the driver, then --import', [...PRELOAD, ...RECORDING, APP], [...PRELOAD, APP]],
    ['--import, then -r', [...RECORDING, ...PRELOAD, COMMON], [...PRELOAD, COMMON]],
    ['tsx, then --import', [...TSX, ...RECORDING, TYPED], [...TSX, TYPED]],
    ['--import, then tsx', [...RECORDING, ...TSX, TYPED], [...TSX, TYPED]],
  ])('%s', async (_how, recorded, bare) => {
    const ran = await both({ args: bare, env: env(), cwd: HERE }, () => ({
      args: recorded,
      env: env(),
      cwd: HERE,
    }));
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });

  test('NODE_OPTIONS', async () => {
    const options = `--conditions=@cowpath/source --import ${REGISTER}`;
    const ran = await both({ args: [APP], env: env() }, () => ({
      args: [APP],
      env: { ...env(), NODE_OPTIONS: options },
    }));
    expect(ran.recorded).toEqual(ran.bare);
    expect(ran.trails).toEqual(WALKED);
  });
});

describe('cowpath record --', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['node', [process.execPath, APP]],
    ['tsx', ['tsx', TYPED]],
    ['npx tsx', ['npx', '--no-install', 'tsx', TYPED]],
    ['a shell', ['sh', '-c', `cd / && exec ${process.execPath} ${APP}`]],
    ['a shell that stays', ['sh', '-c', `${process.execPath} ${APP}; exit 0`]],
  ];
  test.each(cases)('%s', async (_how, command) => {
    const ran = await both(bare(command), (folder) => ({
      ...recordCommand(folder, command),
      env: env(),
      cwd: ROOT,
    }));
    expect(ran.recorded.stdout).toBe(ran.bare.stdout);
    expect(lineOf(ran.recorded.stderr)).toBe('cowpath: recorded 48 statements');
    expect(ran.trails).toEqual(WALKED);
  });

  test('npm start', async () => {
    const place = temporary();
    try {
      const project = join(place.folder, 'a project');
      mkdirSync(project);
      writeFileSync(
        join(project, 'package.json'),
        JSON.stringify({ name: 'a-project', scripts: { start: 'node app.mjs' } }),
      );
      writeFileSync(join(project, 'app.mjs'), `import ${JSON.stringify(APP)};\n`);
      symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
      const quiet = ['npm', 'start', '--silent'];
      const ran = await both(bare(quiet, project), (folder) => ({
        ...recordCommand(folder, quiet),
        env: env(),
        cwd: project,
      }));
      expect(ran.recorded.stdout).toBe(ran.bare.stdout);
      expect(lineOf(ran.recorded.stderr)).toBe('cowpath: recorded 48 statements');
      expect(ran.trails).toEqual(WALKED);
    } finally {
      place.remove();
    }
  });
});

/** A command run by itself, as `start` takes it. */
function bare(
  command: readonly string[],
  cwd: string = ROOT,
): { args: readonly string[]; node: string; env: Record<string, string>; cwd: string } {
  return { node: command[0]!, args: command.slice(1), env: env(), cwd };
}
