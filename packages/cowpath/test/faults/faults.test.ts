import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeForEach } from '../fixtures.ts';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { CLI, type Ended, queriesIn, type Running, start, succeed } from '../recorded.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const FLUSH_MS = 200;

let postgres: TestPostgres;
const place = placeForEach();

beforeAll(async () => {
  postgres = await startPostgres();
  await asOwner(postgres.url, [
    'create table item (id int primary key, name text)',
    'insert into item select g, g from generate_series(0, 20) g',
    'create table author (id int primary key, name text)',
    'create table book (id int primary key, author_id int, title text)',
    `insert into author select 1000 + g * 7, 'a' || g from generate_series(0, 300) g`,
    `insert into book select 50000 + g, 1000 + (g * g % 301) * 7, md5(g::text) from generate_series(0, 300) g`,
    `create role narrow login password 'narrow' connection limit 1`,
    'grant select on item to narrow',
  ]);
});
afterAll(() => postgres?.stop());

async function asOwner(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function as(role: string, database = 'postgres'): string {
  const url = new URL(postgres.url);
  url.username = role;
  url.password = role;
  url.pathname = `/${database}`;
  return url.href;
}

function load(name: string, limit?: number): Running {
  const env = {
    DATABASE_URL: postgres.url,
    COWPATH_DIR: place.folder,
    COWPATH_FLUSH_INTERVAL_MS: String(FLUSH_MS),
  };
  const args = [join(HERE, 'load.mjs'), name, ...(limit === undefined ? [] : [String(limit)])];
  return start({ args, env, record: true });
}

const lastNumber = (stdout: string): number => Number(stdout.trim().split('\n').at(-1));

describe('kill -9 during load', () => {
  test('keeps what was flushed, and every file can be read', async () => {
    const running = load('killed');
    await running.printed('\n200\n');
    // What was answered by now must be there after the next flush and the one that may be under way.
    let answered = 0;
    running.process.stdout!.on('data', (chunk: Buffer) => {
      answered = lastNumber(String(chunk));
    });
    await new Promise((done) => setTimeout(done, 50));
    const before = answered;
    await new Promise((done) => setTimeout(done, FLUSH_MS * 3));
    running.process.kill('SIGKILL');
    const { stdout } = await running.ended;
    const { problems } = readProfile(place.folder);
    expect(problems).toEqual([]);
    const kept = queriesIn(place.folder)['killed']!;
    expect(kept).toBeGreaterThanOrEqual(before);
    expect(kept).toBeLessThanOrEqual(lastNumber(stdout) + 1);
  });

  test('at any moment leaves no file that cannot be read', async () => {
    const moments = process.env['COWPATH_SOAK'] === '1' ? 40 : 4;
    for (let i = 0; i < moments; i++) {
      const running = load('killed');
      await running.printed('\n20\n');
      await new Promise((done) => setTimeout(done, 150 + i * 31));
      running.process.kill('SIGKILL');
      await running.ended;
    }
    const { problems, segments } = readProfile(place.folder);
    expect(problems).toEqual([]);
    expect(segments).toBeGreaterThan(0);
  });
});

test('two processes write side by side, and their profiles add up', async () => {
  const both = await Promise.all([load('both', 150).ended, load('both', 250).ended]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(queriesIn(place.folder)).toEqual({ both: 400 });
  expect(readdirSync(place.folder)).toHaveLength(2);
});

describe('a folder that cannot be written', () => {
  const env = (folder: string): Record<string, string> => ({
    DATABASE_URL: postgres.url,
    COWPATH_DIR: folder,
    COWPATH_FLUSH_INTERVAL_MS: '20',
  });
  const expectOneWarning = async (folder: string, why: RegExp): Promise<void> => {
    const bare = await succeed({ args: [join(HERE, 'writing.mjs')], env: env(folder) });
    const recorded = await succeed({ args: [join(HERE, 'writing.mjs')], env: env(folder), record: true });
    expect(recorded.stdout).toBe(bare.stdout);
    expect(recorded.stderr.match(/^cowpath: /gm)).toHaveLength(1);
    expect(recorded.stderr).toMatch(/^cowpath: COWPATH_NOT_SAVED: .* COWPATH_DIR /m);
    expect(recorded.stderr).toMatch(why);
  };

  test('because it is a file', async () => {
    const file = join(place.folder, '.cowpath');
    writeFileSync(file, 'a file of somebody else');
    await expectOneWarning(file, /EEXIST|ENOTDIR/);
  });

  test('because something above it is a file', async () => {
    const file = join(place.folder, 'above');
    writeFileSync(file, '');
    await expectOneWarning(join(file, '.cowpath'), /ENOTDIR/);
  });

  test('because the disk is full', async ({ skip }) => {
    const disk = join(place.folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('mounting a small disk needs root and a kernel that lets it');
    }
    try {
      mkdirSync(join(disk, '.cowpath'));
      expect(() => fill(join(disk, 'filler'))).toThrow(/ENOSPC/);
      await expectOneWarning(join(disk, '.cowpath'), /ENOSPC/);
      expect(readdirSync(join(disk, '.cowpath'))).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('a database that does not let Cowpath in', () => {
  test('connections are used up: the program has its own, and the same results', async () => {
    const run = (record: boolean): Promise<Ended> =>
      succeed({
        args: ['--input-type=module', '-e', ONE_CONNECTION],
        cwd: HERE,
        env: { DATABASE_URL: as('narrow'), COWPATH_DIR: place.folder },
        record,
      });
    const bare = await run(false);
    const recorded = await run(true);
    expect(recorded).toMatchObject({ stdout: bare.stdout, stderr: bare.stderr });
    expect(queriesIn(place.folder)).toEqual({ '(start-up)': 12 });
  });

  test('the catalog is denied: references are inferred, and the report says so', async () => {
    await asOwner(postgres.url, ['create database denied']);
    const owner = new URL(postgres.url);
    owner.pathname = '/denied';
    await asOwner(owner.href, [
      'create table author (id int primary key, name text)',
      'create table book (id int primary key, author_id int references author, title text)',
      `insert into author select 1000 + g * 7, 'a' || g from generate_series(0, 300) g`,
      `insert into book select 50000 + g, 1000 + (g * g % 301) * 7, md5(g::text) from generate_series(0, 300) g`,
      `create role denied login password 'denied'`,
      'grant select on author, book to denied',
      'revoke select on pg_catalog.pg_class, pg_catalog.pg_attribute, pg_catalog.pg_constraint, pg_catalog.pg_index from public',
    ]);
    const env = { DATABASE_URL: as('denied', 'denied'), COWPATH_DIR: join(place.folder, '.cowpath') };
    await succeed({ args: [join(HERE, 'inferred.mjs')], env, record: true });
    expect(readProfile(env.COWPATH_DIR).builder.notes.get('COWPATH_CATALOG_DENIED')).toBe(1);
    const json = await succeed({ args: [CLI, 'report', '--json'], cwd: place.folder });
    expect(json.stdout).toContain('author_id');
    const report = await succeed({ args: [CLI, 'report'], cwd: place.folder });
    expect(report.stdout).toMatch(/author +~ book\.author_id/);
    expect(report.stdout).toContain('COWPATH_CATALOG_DENIED');
    const { stderr } = await succeed({
      args: [CLI, 'record', '--', process.execPath, join(HERE, 'inferred.mjs')],
      env,
      cwd: place.folder,
    });
    expect(stderr).toMatch(
      /COWPATH_CATALOG_DENIED: the catalog of denied: .*permission denied.* inferred from names/,
    );
  });

  test('--no-catalog reads none', async () => {
    const env = { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, COWPATH_CATALOG: '0' };
    await succeed({ args: [join(HERE, 'inferred.mjs')], env, record: true });
    expect(queriesIn(place.folder)).toEqual({ page: 220 });
  });
});

/** Writes until there is no room. */
function fill(file: string): never {
  for (;;) appendFileSync(file, Buffer.alloc(1024));
}

const ONE_CONNECTION = `
  import pg from 'pg';
  const client = new pg.Client(process.env.DATABASE_URL);
  await client.connect();
  for (let i = 0; i < 12; i++) console.log(JSON.stringify(await client.query('select * from item where id = $1', [i])));
  await client.end();
`;
