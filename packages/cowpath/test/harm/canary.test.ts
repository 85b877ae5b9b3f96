import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { CLI, queriesIn, succeed, temporary } from '../recorded.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

let postgres: TestPostgres;
const place = temporary();

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`
    create table secret (id text primary key, name text, owner text);
    create table detail (id serial primary key, secret_id text references secret, body text);
    insert into secret select 'canaryrow' || g, 'canaryname', 'canaryowner' from generate_series(1, 5) g;
    insert into detail (secret_id, body) select 'canaryrow' || (1 + g % 5), 'canarybody' from generate_series(1, 20) g`);
  await client.end();
});
afterAll(async () => {
  await postgres?.stop();
  place.remove();
});

test('no value is in any written byte, nor in what is printed', async () => {
  const folder = join(place.folder, '.cowpath');
  const command = [process.execPath, join(HERE, 'values.mjs')];
  const env = { DATABASE_URL: postgres.url };
  const recorded = await succeed({
    args: [CLI, 'record', '--plans', '--', ...command],
    cwd: place.folder,
    env,
  });
  expect(queriesIn(folder)['page']).toBeGreaterThan(100);

  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(files.length).toBeGreaterThan(0);
  const plans = files.some((file) => file.includes('"Index') || file.includes('Scan'));
  expect(plans).toBe(true);
  const printed = [recorded.stdout, recorded.stderr];
  for (const flags of [[], ['--json'], ['--context', 'page'], ['--plans']]) {
    const { stdout, stderr } = await succeed({ args: [CLI, 'report', ...flags], cwd: place.folder });
    expect(stdout).toContain('page');
    printed.push(stdout, stderr);
  }
  // Decoded too: an escaped character would hide a canary from the eye, not from a reader.
  const written = [
    ...files,
    ...files.map((file) => JSON.stringify(JSON.parse(file))),
    ...readdirSync(folder),
    ...printed,
  ];
  expect(written.flatMap((text) => text.match(/\w*canary[\w%]*/gi) ?? [])).toEqual([]);
});
