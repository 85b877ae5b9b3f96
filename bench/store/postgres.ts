import { openStore, postgres, type Store } from '@cowpath/store';
import pg from 'pg';
import { startPostgres } from '../../packages/store/test/support/postgres.ts';
import { author, batches, edition } from './data.ts';
import { compare, type Ratio } from './measure.ts';
import type { Size } from './sqlite.ts';

const concurrency = 8;

/** Concurrent updates of different keys against hand-written SQL that does the same on tables of the same form. */
export async function updates({ rounds }: Size): Promise<Ratio[]> {
  const server = await startPostgres([]);
  const stores: Store[] = [];
  try {
    for (const schema of ['theirs', 'bare']) {
      const store = await openStore({ engine: postgres({ url: server.url, schema, pool_max: concurrency }) });
      for (const batch of batches(500, 500, author)) await store.write(batch);
      for (const batch of batches(1_000, 500, edition)) await store.write(batch);
      stores.push(store);
    }
    const pool = new pg.Pool({ connectionString: server.url, max: concurrency });
    // Its connections may still be closing when the server stops.
    pool.on('error', () => undefined);
    const { rows } = await pool.query(
      `select id from bare.property where type = 'edition' and name = 'title'`,
    );
    const titleId = rows[0].id as string;
    const perWorker = 10;
    const each = (work: (key: string, value: string) => Promise<unknown>) => ({
      name: 'update',
      async run(round: number) {
        const workers = Array.from({ length: concurrency }, async (_, worker) => {
          for (let i = 0; i < perWorker; i++) {
            await work(`/books/OL${worker * 100 + ((round + 2 + i) % 100)}M`, `title ${round} ${i}`);
          }
        });
        await Promise.all(workers);
      },
    });
    const store = each((key, value) => stores[0]!.update(key, [{ action: 'update', name: 'title', value }]));
    const bare = each((key, value) => byHand(pool, key, value, titleId));
    const result = await compare(
      `postgres: ${concurrency} concurrent updates / hand-written SQL`,
      store,
      bare,
      rounds,
    );
    await pool.end();
    return [result];
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    await server.stop();
  }
}

/** What a programmer would write: lock and read, change, write the revision and the changed value. */
async function byHand(pool: pg.Pool, key: string, title: string, titleId: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const locked = await client.query({
      name: 'lock',
      text: 'select id, latest_revision from bare.thing where key = $1 for no key update',
      values: [key],
    });
    const { id, latest_revision } = locked.rows[0];
    const read = await client.query({
      name: 'read',
      text: 'select json from bare.data where thing_id = $1 and revision = $2',
      values: [id, latest_revision],
    });
    const json = JSON.stringify({ ...JSON.parse(read.rows[0].json), title });
    const revision = Number(latest_revision) + 1;
    const now = Date.now();
    const statements: [string, string, unknown[]][] = [
      [
        'thing',
        'update bare.thing set latest_revision = $1, last_modified = $2 where id = $3',
        [revision, now, id],
      ],
      [
        'version',
        'insert into bare.version (thing_id, revision, type, created) values ($1, $2, $3, $4)',
        [id, revision, 'edition', now],
      ],
      ['data', 'insert into bare.data (thing_id, revision, json) values ($1, $2, $3)', [id, revision, json]],
      ['delete', 'delete from bare.datum_str where thing_id = $1 and key_id = $2', [id, titleId]],
      [
        'insert',
        'insert into bare.datum_str (thing_id, key_id, value) values ($1, $2, $3)',
        [id, titleId, title],
      ],
    ];
    for (const [name, text, values] of statements) await client.query({ name, text, values });
    await client.query('commit');
  } finally {
    client.release();
  }
}
