import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readProfile } from '@cowpath/profile';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { placeForEach, postgresForAll } from '../fixtures.ts';
import { CLI, queriesIn, succeed } from '../recorded.ts';

const PROGRAM = join(import.meta.dirname, 'copies.mjs');
const ROOT = join(import.meta.dirname, '../../../..');
const MODULES = join(ROOT, 'node_modules');
const NODE_22 = join(MODULES, 'node22/bin/node');
const COMPILED = join(import.meta.dirname, '../../dist/register.js');

const postgres = postgresForAll();
const place = placeForEach();
const env = (): Record<string, string> => ({
  DATABASE_URL: postgres.url,
  COWPATH_DIR: join(place.folder, '.cowpath'),
});
const profile = (): string => join(place.folder, '.cowpath');

const WAYS: readonly (readonly [string, Record<string, number>])[] = [
  ['import', { import: 3 }],
  ['named import', { 'named import': 3 }],
  ['require', { require: 3 }],
  ['both', { require: 3, import: 3 }],
];

describe('every loaded copy is recorded', () => {
  test.each(WAYS)('by %s', async (how, expected) => {
    await succeed({ args: [PROGRAM, how], env: env(), record: true });
    expect(queriesIn(profile())).toEqual(expected);
  });

  test('two copies in different folders', async () => {
    const copies = ['one', 'two'].map((name) => {
      const modules = join(place.folder, name, 'node_modules');
      mkdirSync(modules, { recursive: true });
      const parts = [
        'pg',
        'pg-pool',
        'pg-protocol',
        'pg-types',
        'pg-connection-string',
        'pgpass',
        'split2',
        'pg-int8',
      ];
      const values = ['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval', 'xtend'];
      for (const part of [...parts, ...values])
        cpSync(join(MODULES, part), join(modules, part), { recursive: true });
      return join(place.folder, name, 'index.js');
    });
    await succeed({ args: [PROGRAM, 'two copies', ...copies], env: env(), record: true });
    expect(queriesIn(profile())).toEqual({ first: 3, second: 3 });
  });

  test.each(['before', 'connected before'])('loaded %s the recorder', async (how) => {
    await succeed({ args: [PROGRAM, how], env: env() });
    expect(queriesIn(profile())).toEqual({ before: 3 });
  });
});

test('statements whose text is a getter are recorded with it', async () => {
  const args = [join(import.meta.dirname, 'getters.mjs')];
  await succeed({ args, env: env(), record: true });
  expect(queriesIn(profile())).toMatchObject({ getters: 3 });
  expect([...readProfile(profile()).builder.statements.values()]).toContain(
    'select id from item where id = $1',
  );
});

test('a program’s own client class and password function are used for its connections only', async () => {
  const args = [join(import.meta.dirname, 'own-client.mjs')];
  const { stdout } = await succeed({ args, env: env(), record: true });
  expect(JSON.parse(stdout)).toEqual({ made: 1, password: 1 });
  expect(queriesIn(profile())).toEqual({ '(start-up)': 2 });
  expect([...readProfile(profile()).builder.notes]).toEqual([]);
});

// One hidden class more than in the bare program, and the code of the driver or of Node is slower for all of them.
test.each(['pool', 'client'])(
  'its own client, of a %s too, and what it makes have the hidden classes of the program’s',
  async (how) => {
    const args = ['--allow-natives-syntax', join(import.meta.dirname, 'hidden-classes.mjs'), how];
    const { stdout } = await succeed({ args, env: env(), record: true });
    expect(JSON.parse(stdout)).toEqual({
      same: { client: true, connection: true, socket: true },
      emitters: ['BoundPool', 'Client', 'Connection', 'Query', 'Socket'],
      heard: 0,
      // Node keeps what `remotePort` found in a property of the socket.
      asked: false,
    });
  },
);

describe.skipIf(!existsSync(NODE_22) || !existsSync(COMPILED))('on Node 22.16, compiled', () => {
  test.each(WAYS)('by %s', async (how, expected) => {
    await succeed({ args: ['--import', COMPILED, PROGRAM, how], node: NODE_22, env: env() });
    expect(queriesIn(profile())).toEqual(expected);
  });
});

describe('a bundled program', () => {
  const bundle = async (): Promise<string> => {
    await build({
      configFile: false,
      logLevel: 'silent',
      root: import.meta.dirname,
      ssr: { noExternal: true, external: ['cowpath'], target: 'node' },
      build: {
        ssr: join(import.meta.dirname, 'bundled.mjs'),
        outDir: place.folder,
        rollupOptions: { external: ['cowpath', 'pg-native'], output: { entryFileNames: 'bundle.mjs' } },
      },
    });
    // Beside the tests' modules, so that it finds cowpath.
    const packages = join(place.folder, 'node_modules');
    mkdirSync(packages);
    symlinkSync(join(import.meta.dirname, '../..'), join(packages, 'cowpath'));
    return join(place.folder, 'bundle.mjs');
  };

  test('is recorded by instrument(pool), and told to call it', async () => {
    const file = await bundle();
    const args = [CLI, 'record', '--', process.execPath, file];
    const without = await succeed({ args, env: env(), cwd: place.folder });
    expect(without.stderr).toMatch(/COWPATH_NO_DRIVER: .*Postgres.*instrument\(pool\)/);
    await succeed({ args, env: { ...env(), INSTRUMENT: '1' }, cwd: place.folder });
    expect(queriesIn(profile())).toEqual({ bundled: 3 });
  });
});
