import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layouts, openStore, type Store, sqlite } from '@cowpath/store';
import Database from 'better-sqlite3';
import { author, batches, edition, review } from './data.ts';
import { compare, type Ratio, summarise } from './measure.ts';

export interface Size {
  readonly things: number;
  readonly rounds: number;
}

/** `get` by key against a bare prepared select of the JSON, on the same file. */
export async function gets({ things, rounds }: Size): Promise<Ratio[]> {
  return inDirectory(async (directory) => {
    const file = path.join(directory, 'get.db');
    const store = await filled(file, things);
    const database = new Database(file, { readonly: true });
    database.pragma('cache_size = -65536');
    const bare = database.prepare(
      'select d.json from thing t join data d on d.thing_id = t.id and d.revision = t.latest_revision where t.key = ?',
    );
    const keys = Array.from({ length: 4_000 }, (_, i) => `/books/OL${(i * 7919) % things}M`);
    let seen = 0;
    const jsonOf = (key: string): string => (bare.get(key) as { json: string }).json;
    const select = {
      name: 'select',
      run() {
        for (const key of keys) seen += jsonOf(key).length;
      },
    };
    const parse = {
      name: 'parse',
      run() {
        for (const key of keys) seen += Object.keys(JSON.parse(jsonOf(key))).length;
      },
    };
    const get = {
      name: 'get',
      async run() {
        for (const key of keys) seen += (await store.get(key))!.json.length;
      },
    };
    const data = {
      name: 'get and parse',
      async run() {
        for (const key of keys) seen += Object.keys((await store.get(key))!.data).length;
      },
    };
    const results = [
      await compare('sqlite: get by key / bare prepared select json', get, select, rounds),
      await compare('sqlite: get by key, properties used / select json and parse', data, parse, rounds),
    ];
    database.close();
    await store.close();
    if (seen === 0) throw new Error('nothing was read');
    return results;
  });
}

/** Bulk creation against one bare transaction that inserts the same rows into the same tables and indexes. */
export async function creates({ rounds }: Size): Promise<Ratio[]> {
  return inDirectory(async (directory) => {
    const file = path.join(directory, 'create.db');
    const store = await filled(file, 0);
    const mirror = path.join(directory, 'mirror.db');
    await (await filled(mirror, 0)).close();
    const bare = new Database(mirror);
    bare.pragma('journal_mode = wal');
    bare.pragma('synchronous = full');
    bare.pragma('cache_size = -65536');
    const rows = new Database(file, { readonly: true });
    const tables = (
      rows
        .prepare(`select name from sqlite_master where type = 'table' and name not like 'cowpath%'`)
        .pluck()
        .all() as string[]
    ).filter((name) => name !== 'property');
    const inserts = tables.map((name) => {
      const columns = rows.prepare(`select * from "${name}"`).columns().length;
      return {
        name,
        insert: bare.prepare(`insert into "${name}" values (${Array.from({ length: columns }, () => '?')})`),
      };
    });
    const size = 500;
    let waiting: unknown[][][] = [];
    const last = new Map<string, number>();
    for (const { name } of inserts)
      last.set(name, rows.prepare(`select coalesce(max(rowid), 0) from "${name}"`).pluck().get() as number);
    // The rows of a round are read, untimed, from what the store wrote in it.
    const collect = (): void => {
      waiting = inserts.map(({ name }) => {
        const found = rows
          .prepare(`select * from "${name}" where rowid > ?`)
          .raw()
          .all(last.get(name)) as unknown[][];
        last.set(name, rows.prepare(`select coalesce(max(rowid), 0) from "${name}"`).pluck().get() as number);
        return found;
      });
    };
    const times: [number, number][] = [];
    for (let round = -2; round < rounds; round++) {
      const operations = batches(size, size, edition, (round + 2) * size)[0]!;
      const start = performance.now();
      await store.write(operations);
      const middle = performance.now();
      collect();
      const again = performance.now();
      bare.exec('begin immediate');
      for (const [i, { insert }] of inserts.entries()) for (const row of waiting[i]!) insert.run(row);
      bare.exec('commit');
      if (round >= 0) times.push([middle - start, performance.now() - again]);
    }
    rows.close();
    bare.close();
    await store.close();
    return [summarise('sqlite: bulk create / bare transaction, same rows and tables', times)];
  });
}

/** An edition query while the store holds editions only, and with as many reviews in tables of their own. */
export async function secondType({ things, rounds }: Size): Promise<Ratio[]> {
  return inDirectory(async (directory) => {
    const alone = await filled(path.join(directory, 'alone.db'), things);
    const both = await filled(path.join(directory, 'both.db'), things);
    for (const batch of batches(things, 500, review)) await both.write(batch);
    const query = (store: Store) => ({
      name: 'query',
      async run(round: number) {
        for (let i = 0; i < 20; i++) {
          await store.things(
            [
              { name: 'type', op: '=', value: 'edition' },
              { name: 'publishers', op: '=', value: `Publisher ${(round * 20 + i + 300_000) % 300}` },
            ],
            { sort: { name: 'title', datatype: 'str' }, limit: 20 },
          );
        }
      },
    });
    const result = await compare(
      'sqlite, by-type: edition query with reviews added / without',
      query(both),
      query(alone),
      rounds,
    );
    await alone.close();
    await both.close();
    return [result];
  });
}

async function filled(file: string, things: number): Promise<Store> {
  const layout = layouts.byType('edition', 'author', 'review');
  const store = await openStore({ engine: sqlite({ file, layout }) });
  for (const batch of batches(500, 500, author)) await store.write(batch);
  for (const batch of batches(things, 500, edition)) await store.write(batch);
  return store;
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'cowpath-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
