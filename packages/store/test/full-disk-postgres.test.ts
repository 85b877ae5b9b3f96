import { chmodSync, chownSync, statSync } from 'node:fs';
import pg from 'pg';
import { expect, test } from 'vitest';
import { Random } from '../src/conformance/random.ts';
import { isStoreError, openStore, postgres, type Store, type StoreError } from '../src/index.ts';
import { temporaryDirectory } from './support/directory.ts';
import { type Server, startPostgres } from './support/postgres.ts';
import { SmallDisk } from './support/small-disk.ts';

const writers = 4;

test('a full disk of the tables is STORE_FULL, loses nothing, and is over once there is space', async (context) => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  using disk = SmallDisk.mount(directory.path, 24) as SmallDisk;
  if ('missing' in disk) return context.skip(String(disk.missing));
  const server = await startPostgres();
  try {
    const { uid, gid } = statSync(server.data);
    chownSync(disk.path, uid, gid);
    await ask(server, `create tablespace small location '${disk.path}'`);
    await ask(server, 'create database small tablespace small');
    const url = new URL(server.url);
    url.pathname = '/small';
    const store = await openStore({ engine: postgres({ url: url.href }) });
    const { acknowledged, errors } = await fill(store);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['STORE_FULL']));
    await expectAll(store, acknowledged);
    disk.resize(64);
    await store.create('/after', { type: 'x' });
    await expectAll(store, acknowledged);
    await store.close();
  } finally {
    await server.stop();
  }
}, 240_000);

test('a full disk of the whole server, its log too, loses nothing, and is over once there is space', async (context) => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  using disk = SmallDisk.mount(directory.path, 120) as SmallDisk;
  if ('missing' in disk) return context.skip(String(disk.missing));
  const flags = ['min_wal_size=32MB', 'max_wal_size=32MB'].flatMap((it) => ['-c', it]);
  const server = await startPostgres(flags, disk.path);
  try {
    const engine = () => postgres({ url: server.url });
    const store = await openStore({ engine: engine() });
    const { acknowledged, errors } = await fill(store);
    // Where the log has no room for its next file, Postgres stops by itself.
    for (const { code } of errors) expect(['STORE_FULL', 'STORE_ENGINE']).toContain(code);
    await store.close();
    disk.resize(400);
    await server.crash();
    await server.start();
    const again = await openStore({ engine: engine() });
    await expectAll(again, acknowledged);
    await again.create('/after', { type: 'x' });
    await again.close();
  } finally {
    await server.stop();
  }
}, 240_000);

/** Writers that each go on to their first error. */
async function fill(store: Store): Promise<{ acknowledged: Map<string, string>; errors: StoreError[] }> {
  const acknowledged = new Map<string, string>();
  const errors: StoreError[] = [];
  const write = async (writer: number): Promise<void> => {
    const random = new Random(writer);
    for (let i = 0; ; i++) {
      const key = `/full/${writer}/${i}`;
      // Random, so that it is not compressed away.
      const text = Array.from({ length: 6_000 }, () => random.next().toString(36)).join('');
      try {
        await store.create(key, { type: 'page', title: text.slice(0, 20), text: { $text: text } });
        acknowledged.set(key, text);
      } catch (error) {
        if (!isStoreError(error)) throw error;
        errors.push(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, i) => write(i)));
  expect(acknowledged.size).toBeGreaterThan(20);
  return { acknowledged, errors };
}

async function expectAll(store: Store, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  for (const [key, text] of acknowledged) {
    const thing = await store.get(key);
    expect(thing?.data.text).toEqual({ $text: text });
    const found = await store.things([
      { name: 'key', op: '=', value: key },
      { name: 'title', op: '=', value: text.slice(0, 20) },
    ]);
    expect(found.items).toEqual([key]);
  }
}

async function ask(server: Server, statement: string): Promise<void> {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
