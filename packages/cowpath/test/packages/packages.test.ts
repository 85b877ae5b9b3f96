import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readProfile } from '@cowpath/profile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTested, TESTED } from '../../src/packages/tested.ts';
import { placeForEach } from '../fixtures.ts';
import { CLI, type Ended, queriesIn, start } from '../recorded.ts';
import { startWorld, type World } from '../starts/world.ts';
import { MATRIX } from '../truth/drivers/list.ts';

const require = createRequire(import.meta.url);
/** Prisma 6's own, as its generated clients load it. */
const RUNTIME = require.resolve('prisma-client-6/runtime/library.js');
const RUNTIME_ESM = RUNTIME.replace(/\.js$/, '.mjs');
const ADAPTER = require.resolve('@prisma/adapter-pg');
const ADAPTER_ESM = ADAPTER.replace(/\.js$/, '.mjs');

const MODULES = dirname(dirname(require.resolve('pg/package.json')));
const url = (file: string): string => JSON.stringify(pathToFileURL(file).href);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const place = placeForEach();

/** Runs a program of these lines under `cowpath record`. */
async function recorded(name: string, source: string): Promise<Ended> {
  const file = join(place.folder, name);
  writeFileSync(file, source);
  const running = start({
    args: [CLI, 'record', '--flush-interval', '50', '--', process.execPath, file],
    cwd: place.folder,
    env: { DATABASE_URL: world.url },
  });
  return running.ended;
}

/** The profile's notes on packages; on a busy machine there may be others, of a catalog read too late. */
function notes(): string[] {
  const { builder } = readProfile(join(place.folder, '.cowpath'));
  return [...builder.notes.keys()].filter((note) => /PRISMA_ENGINE|UNTESTED_VERSION/.test(note));
}

/** A real package, copied, whose version says otherwise. */
function pretend(name: string, version: string): void {
  const manifest = findPackageJSON(name, import.meta.url)!;
  const folder = join(place.folder, 'node_modules', name);
  cpSync(dirname(manifest), folder, { recursive: true });
  const said = JSON.parse(readFileSync(manifest, 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...said, version }));
}

describe("Prisma's own engine", () => {
  test.each([
    ['the runtime, CommonJS', 'app.cjs', `require(${JSON.stringify(RUNTIME)});`],
    ['imported', 'app.mjs', `import ${url(RUNTIME)};`],
    ['beside node-postgres', 'app.mjs', `import ${url(RUNTIME)}; import ${url(require.resolve('pg'))};`],
  ])('%s: said to be out of reach, once', async (_, name, source) => {
    const { code, stderr } = await recorded(name, source);
    expect(code).toBe(0);
    expect(stderr.match(/COWPATH_PRISMA_ENGINE/g)).toHaveLength(1);
    expect(stderr).toContain('@prisma/adapter-pg');
    expect(stderr).not.toContain('COWPATH_NO_DRIVER');
  });

  // An ECMAScript runtime is announced nowhere; the library that it opens is seen.
  test.runIf(process.platform === 'linux')('from an ECMAScript client: by its library', async () => {
    const { code, stderr } = await recorded(
      'app.mjs',
      `import ${url(RUNTIME_ESM)};
       import { copyFileSync } from 'node:fs';
       import { createRequire } from 'node:module';
       const require = createRequire(${url(import.meta.filename)});
       new (require('better-sqlite3'))(':memory:');
       const addon = Object.keys(require.cache).find((file) => file.endsWith('.node'));
       const library = process.cwd() + '/libquery_engine-debian-openssl-3.0.x.so.node';
       copyFileSync(addon, library);
       process.dlopen({ exports: {} }, library);`,
    );
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('COWPATH_PRISMA_ENGINE'),
    });
  });

  test.each([
    ['CommonJS', 'app.cjs', `require(${JSON.stringify(RUNTIME)}); require(${JSON.stringify(ADAPTER)});`],
    ['ECMAScript', 'app.mjs', `import ${url(RUNTIME)}; import ${url(ADAPTER_ESM)};`],
  ])('with a driver adapter (%s): in reach, nothing is said', async (_, name, source) => {
    const { code, stderr } = await recorded(name, source);
    expect(code).toBe(0);
    expect(stderr).not.toContain('COWPATH_PRISMA_ENGINE');
  });

  test('said of a server that a signal ended, and in its profile', async () => {
    const { stderr } = await recorded(
      'app.cjs',
      `require(${JSON.stringify(RUNTIME)});
       const { existsSync, readdirSync, readFileSync } = require('node:fs');
       const server = require('node:http').createServer((_, response) => response.end());
       const noted = () => existsSync('.cowpath') &&
         readdirSync('.cowpath').some((file) => readFileSync('.cowpath/' + file, 'utf8').includes('PRISMA_ENGINE'));
       const until = Date.now() + 30000;
       const look = () => {
         if (noted() || Date.now() > until) process.kill(process.pid, 'SIGKILL');
         else setTimeout(look, 20);
       };
       server.listen(0, '127.0.0.1', () =>
         fetch('http://127.0.0.1:' + server.address().port).then((answer) => answer.text()).then(look));`,
    );
    expect(stderr.match(/COWPATH_PRISMA_ENGINE/g)).toHaveLength(1);
    expect(notes()).toContain('COWPATH_PRISMA_ENGINE');
  });
});

describe('a version outside the tested range', () => {
  const PROGRAM = `
    const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL }) }) });
    db.selectFrom('author').select(['id', 'name']).where('id', '=', 1000).execute()
      .then((rows) => { console.log(JSON.stringify(rows)); return db.destroy(); });`;
  test.each([
    [
      'CommonJS',
      'app.cjs',
      `const { Kysely, PostgresDialect } = require('kysely'); const pg = require('pg');`,
    ],
    ['ECMAScript', 'app.mjs', `import { Kysely, PostgresDialect } from 'kysely'; import pg from 'pg';`],
  ])('%s: said once, with what is tested; the program is unharmed', async (_, name, head) => {
    pretend('kysely', '9.1.0');
    symlinkSync(join(MODULES, 'pg'), join(place.folder, 'node_modules/pg'));
    const { code, stdout, stderr } = await recorded(name, head + PROGRAM);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[{"id":1000,"name":"author 0"}]\n' });
    expect(stderr.match(/COWPATH_UNTESTED_VERSION kysely@9\.1\.0/g)).toHaveLength(1);
    expect(stderr).toContain('kysely from 0.29 to below 0.30');
    expect(notes()).toEqual(['COWPATH_UNTESTED_VERSION kysely@9.1.0']);
    expect(Object.values(queriesIn(join(place.folder, '.cowpath')))).toEqual([1]);
  });

  test('a tested one: nothing is said', async () => {
    mkdirSync(join(place.folder, 'node_modules'));
    for (const name of ['pg', 'kysely'])
      symlinkSync(join(MODULES, name), join(place.folder, 'node_modules', name));
    const { stderr } = await recorded(
      'app.mjs',
      `import { Kysely, PostgresDialect } from 'kysely'; import pg from 'pg';${PROGRAM}`,
    );
    expect(stderr).not.toContain('UNTESTED');
    expect(notes()).toEqual([]);
  });

  test('a package.json that cannot be read: nothing is said, nothing breaks', async () => {
    const folder = join(place.folder, 'node_modules/knex');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), 'module.exports = 1;');
    const { code, stderr } = await recorded(
      'app.cjs',
      `const { writeFileSync } = require('node:fs'); require('knex');
       writeFileSync(require.resolve('knex').replace('index.js', 'package.json'), '{');`,
    );
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/UNTESTED|FAILED/);
  });
});

describe('ranges', () => {
  test('by major and minor version', () => {
    const pg = TESTED.find(({ name }) => name === 'pg')!;
    expect(['8.10.0', '8.11.0', '8.23.1', '9.0.0-rc.1', 'x'].map((one) => isTested(pg, one))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  test.each(MATRIX.map(({ package: name }) => name))('of %s: what the matrix runs is within', (name) => {
    const { version } = JSON.parse(readFileSync(findPackageJSON(name, import.meta.url)!, 'utf8')) as {
      version: string;
    };
    const range = TESTED.find((one) => one.name === name);
    expect(range && isTested(range, version)).toBe(true);
  });
});
