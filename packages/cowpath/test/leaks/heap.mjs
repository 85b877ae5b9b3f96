/**
 * Programs whose heap is watched: `heap.mjs list|lookups|'lookups by UUID'|distinct|day TIMES`, under `--expose-gc`. Prints samples of
 * what is in use after a full collection, in bytes.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { context } from 'cowpath';
import pg from 'pg';

const [what, count] = process.argv.slice(2);
const times = Number(count);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const SAMPLES = 30;
const ROWS = 1000;
/** Several flush intervals. */
const WRITTEN_MS = 400;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function inUse() {
  for (let i = 0; i < 4; i++) {
    await turn();
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is in use once it falls no more: V8 lets go of code that has not run for several collections, and roots linger. */
async function atRest() {
  let least = await inUse();
  for (let same = 0; same < 5; ) {
    await pause(700);
    const now = await inUse();
    same = now > least - 20_000 ? same + 1 : 0;
    least = Math.min(least, now);
  }
  return least;
}

/** Runs `one(n)` for every n, a few at a time, and samples as it goes. */
async function sampled(one) {
  const samples = [];
  for (let n = 0; n < times; ) {
    const end = Math.min(times, n + Math.ceil(times / SAMPLES));
    const lane = async () => {
      while (n < end) await one(n++);
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    // While the profile is being saved, megabytes come and go.
    await pause(WRITTEN_MS);
    samples.push(await inUse());
  }
  return samples;
}

/** Contexts that stay open once they have loaded: what each holds, soon and after its statements were analysed. */
async function open(load) {
  const hold = () => {
    let close;
    const held = new Promise((done) => {
      close = done;
    });
    const loaded = Promise.withResolvers();
    const over = context('open', async () => {
      await load();
      loaded.resolve();
      await held;
    });
    return { loaded: loaded.promise, close, over };
  };
  const round = async () => {
    const contexts = [];
    for (let i = 0; i < times; i++) {
      contexts.push(hold());
      await contexts.at(-1).loaded;
    }
    const soon = await inUse();
    // Beyond a few flush intervals what is open has been analysed.
    await pause(1000);
    const later = await inUse();
    for (const { close } of contexts) close();
    await Promise.all(contexts.map(({ over }) => over));
    return Math.max(soon, later);
  };
  // The first round fills caches that stay.
  await round();
  const held = [];
  for (let i = 0; i < 3; i++) {
    const before = await atRest();
    held.push(((await round()) - before) / times);
  }
  // The parser's code, four megabytes, is let go of in some round or other.
  return held.sort((a, b) => a - b)[1];
}

switch (what) {
  case 'list':
    console.log(
      await open(() => pool.query(`select id, author_id, title from big order by id limit ${ROWS}`)),
    );
    break;
  case 'lookups':
    console.log(
      await open(async () => {
        for (let id = 0; id < ROWS; id++) await pool.query('select * from big where id = $1', [id]);
      }),
    );
    break;
  case 'lookups by UUID':
    console.log(
      await open(async () => {
        for (let n = 0; n < ROWS; n++)
          await pool.query('select * from marked where mark = $1', [
            `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
          ]);
      }),
    );
    break;
  case 'distinct':
    console.log(
      JSON.stringify(
        await sampled((n) =>
          context(`context ${n}`, () =>
            pool.query(`select id as column_${n} from author where id = $1`, [n]),
          ),
        ),
      ),
    );
    break;
  case 'day':
    console.log(
      JSON.stringify(
        await sampled((n) =>
          context(`GET /page/${n % 20}`, async () => {
            const { rows } = await pool.query(
              'select id, author_id from book order by id offset $1 limit 2',
              [n % 90],
            );
            for (const { author_id } of rows)
              await pool.query('select name from author where id = $1', [author_id]);
          }),
        ),
      ),
    );
    break;
}
await pool.end();
