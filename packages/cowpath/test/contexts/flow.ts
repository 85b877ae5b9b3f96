/** Contexts by hand, through everything that carries a program from one callback to the next. */
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { context } from 'cowpath';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const url = process.env['DATABASE_URL']!;
const pool = new pg.Pool({ connectionString: url, max: 4 });
const one = (): Promise<unknown> => pool.query('select * from item where id = $1', [1]);

await context('awaits', async () => {
  await one();
  await sleep(1);
  await Promise.all([one(), one()]);
  await new Promise((done) => process.nextTick(done));
  await one();
});

await context('timers', async () => {
  await new Promise<void>((done) => {
    let times = 0;
    const timer = setInterval(() => {
      if (++times === 3) clearInterval(timer);
      void one().then(() => times === 3 && done());
    }, 1);
  });
  await new Promise<void>((done) => setImmediate(() => void one().then(() => done())));
});

/** A listener runs in the context of whoever emits. */
await context('emitters', async () => {
  const emitter = new EventEmitter();
  const heard = new Promise((done) => emitter.on('go', () => done(one())));
  context('inner', () => emitter.emit('go'));
  await heard;
});

await context('streams', async () => {
  const asking = new Transform({
    objectMode: true,
    transform(row, _encoding, done) {
      one().then(() => done(null, row), done);
    },
  });
  const client = await pool.connect();
  const rows = client.query(new QueryStream('select id from item order by id limit 3'));
  await pipeline(rows, asking, async (source) => {
    for await (const _ of source) await one();
  });
  client.release();
  for await (const _ of Readable.from([1, 2])) await one();
});

/** A pool of workers made at start-up, that runs each task in the context of who gave it. */
const tasks = new EventEmitter();
tasks.on('task', (run: () => void) => run());
await context('resources', async () => {
  await new Promise<unknown>((done) => {
    const task = AsyncResource.bind(() => done(one()));
    setImmediate(() => context('somebody else', () => tasks.emit('task', task)));
  });
});

await context('outer', async () => {
  await one();
  await Promise.all([context('inner', one), context('inner', async () => context('innermost', one))]);
});
await context('other', () => context('inner', one));

/** Many contexts that wait for the one connection of a pool. */
const narrow = new pg.Pool({ connectionString: url, max: 1 });
await Promise.all(
  Array.from({ length: 12 }, (_, i) =>
    context(`waits ${i % 3}`, async () => {
      await narrow.query('select *, pg_sleep(0.002) from item where id = $1', [i]);
      await new Promise<void>((done, failed) => {
        narrow.query('select * from item where id = $1', [i], (error) => {
          if (error) failed(error);
          else one().then(() => done(), failed);
        });
      });
      await new Promise<void>((done, failed) => {
        narrow.connect((error, client, release) => {
          if (error || !client) return void failed(error);
          one().then(() => {
            release();
            done();
          }, failed);
        });
      });
    }),
  ),
);
await narrow.end();

try {
  await context('throws', async () => {
    await one();
    throw new Error('out of the context');
  });
} catch {
  await one();
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: url });
await once(worker, 'exit');
await pool.end();
