/**
 * `node --conditions=@cowpath/source bench/store/migrate.ts [--things N]`
 *
 * Moves a SQLite store of N editions (default 1,000,000) from `by-datatype` to tables of their own with a projection,
 * by the command, in a process of its own, while a writer and readers in this one run as fast as they can and check
 * every answer against what was written. Prints the longest time that an answer took.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layouts, openStore, type Store, sqlite } from '@cowpath/store';
import { author, batches, edition } from './data.ts';

const given = process.argv.indexOf('--things');
const things = given < 0 ? 1_000_000 : Number(process.argv[given + 1]);
const directory = mkdtempSync(path.join(tmpdir(), 'cowpath-bench-'));
const file = path.join(directory, 'store.db');
const layout = path.join(directory, 'to.layout');
writeFileSync(layout, 'edition * edition_*\nedition (authors:ref[], title:str) edition_listing\n');

try {
  const store = await openStore({ engine: sqlite({ file, layout: layouts.byDatatype() }) });
  const filling = performance.now();
  for (const batch of batches(500, 500, author)) await store.write(batch);
  for (let i = 0; i < things; i += 1_000)
    await store.write(batches(Math.min(1_000, things - i), 1_000, edition, i)[0]!);
  say(`filled with ${things} editions in ${seconds(filling)} s`);
  const model = new Map<string, { revision: number; title: string }>();
  const before = await traffic(store, model, wait(5_000));
  say(`before:    ${before}`);
  const during = await traffic(store, model, migration());
  say(`migrating: ${during}`);
  for (const [key, { revision, title }] of model) check((await store.get(key))!, revision, title);
  say(`all ${model.size} things written meanwhile are as the model has them`);
  await store.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Writes, reads by key and queries until `end`, all checked; the rates and the slowest of each. */
async function traffic(
  store: Store,
  model: Map<string, { revision: number; title: string }>,
  end: Promise<void>,
): Promise<string> {
  let running = true;
  const ended = end.finally(() => {
    running = false;
  });
  const slowest = { write: 0, get: 0, query: 0 };
  const counts = { write: 0, get: 0, query: 0 };
  const timed = async <T>(what: keyof typeof slowest, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    slowest[what] = Math.max(slowest[what], performance.now() - start);
    counts[what]++;
    return result;
  };
  const start = performance.now();
  const write = async (): Promise<void> => {
    for (let i = 0; running; i++) {
      const key = `/books/OL${Math.floor(Math.random() * things)}M`;
      const expectedRevision = model.get(key)?.revision ?? 1;
      const title = `title ${start} ${i}`;
      const { revision } = await timed('write', () =>
        store.update(key, [{ action: 'update', name: 'title', value: title }], { expectedRevision }),
      );
      model.set(key, { revision, title });
      await turn();
    }
  };
  const read = async (): Promise<void> => {
    const keys = [...model.keys()];
    while (running) {
      const key =
        keys.length > 0 && Math.random() < 0.5
          ? keys[Math.floor(Math.random() * keys.length)]!
          : `/books/OL${Math.floor(Math.random() * things)}M`;
      const known = model.get(key);
      const thing = (await timed('get', () => store.get(key)))!;
      if (known !== undefined) check(thing, known.revision, known.title);
      if (known !== undefined) {
        const found = await timed('query', () =>
          store.things([
            { name: 'type', op: '=', value: 'edition' },
            { name: 'title', op: '=', value: known.title },
          ]),
        );
        // Another title since then means another revision; the key cannot be found by an old one.
        if (model.get(key) === known && found.items[0] !== key)
          throw new Error(`${key} is not found by its title`);
      }
      await turn();
    }
  };
  await Promise.all([ended, write(), read()]);
  const took = (performance.now() - start) / 1000;
  const words = (Object.keys(counts) as (keyof typeof counts)[]).map(
    (what) => `${(counts[what] / took).toFixed(0)} ${what}/s, slowest ${slowest[what].toFixed(0)} ms`,
  );
  return `${took.toFixed(0)} s: ${words.join('; ')}`;
}

function check(
  thing: { readonly revision: number; readonly data: { readonly title?: unknown } },
  revision: number,
  title: string,
): void {
  if (thing.revision < revision || (thing.revision === revision && thing.data.title !== title)) {
    throw new Error(`read revision ${thing.revision} where ${revision} (${title}) had been acknowledged`);
  }
}

function migration(): Promise<void> {
  const main = path.join(import.meta.dirname, '../../packages/store/src/cli/main.ts');
  const args = ['--conditions=@cowpath/source', main, 'layout', 'apply', layout, '--store', file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the migration ended with ${code}`)),
    );
  });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
