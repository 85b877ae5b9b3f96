import { join } from 'node:path';
import { BACKGROUND } from '@cowpath/profile';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from '../postgres.ts';
import { contextsIn, queriesIn, runsIn, succeed, temporary } from '../recorded.ts';

const HERE = import.meta.dirname;
const RUNS = 120;

/** Passed over or not, no callback may run in another run, or its statements would be counted there. */
test('what is followed is whole and has nothing of the runs beside it, which are passed over', async () => {
  const postgres = await startPostgres();
  const place = temporary();
  try {
    const client = new pg.Client(postgres.url);
    await client.connect();
    await client.query(`
      create table even (id int primary key, name text);
      create table odd (id int primary key, name text);
      create table outside (id int primary key, name text);
      insert into even select g, 'e' || g from generate_series(1, 9) g;
      insert into odd select g, 'o' || g from generate_series(1, 9) g;
      insert into outside select g, 'n' || g from generate_series(1, 9) g`);
    await client.end();
    const { stdout } = await succeed({
      args: ['--import', join(HERE, '../by-turns.mjs'), join(HERE, 'passed-over.mjs'), String(RUNS)],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
      record: true,
    });
    const { statements, strays } = JSON.parse(stdout) as { statements: number; strays: string[] };
    expect(strays).toEqual([]);
    const { even = 0, odd = 0, ...others } = runsIn(place.folder);
    // What runs outside is no run.
    expect(others).toEqual({ [BACKGROUND]: 0 });
    expect(even + odd).toBe(RUNS / 2);
    expect(Math.min(even, odd)).toBeGreaterThan(0);
    const { [BACKGROUND]: outside, ...queries } = queriesIn(place.folder);
    expect(queries).toEqual({ even: even * statements, odd: odd * statements });
    // Statement by statement, in turns.
    expect(outside).toBeGreaterThan(RUNS * statements * 0.4);
    expect(outside).toBeLessThan(RUNS * statements * 0.6);
    for (const { path, trails } of contextsIn(place.folder)) {
      const tables = new Set(
        trails.map(({ origin }) => (origin?.kind === 'query' ? origin.entity?.table : null)),
      );
      tables.delete(undefined);
      tables.delete(null as never);
      expect([...tables]).toEqual(path[0] === BACKGROUND ? ['outside'] : path);
    }
  } finally {
    place.remove();
    await postgres.stop();
  }
});
