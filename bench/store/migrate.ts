/**
 * Moves a SQLite store of editions from `by-datatype` to tables of their own with a projection,
 * by the command, in a process of its own, while a writer here and readers in a thread run as fast as they can and
 * check every answer against what was acknowledged. Prints how long answers took, before and during the migration;
 * the slowest is the longest pause that a user of the store would see.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { layouts, openStore, type Store, sqlite } from '@cowpath/store';
import { benchCommand, wholeFrom } from '../command.ts';
import { author, batches, edition } from './data.ts';
import { type Acknowledged, check, Times } from './migrate-check.ts';

const { things } = benchCommand({
  file: 'bench/store/migrate.ts',
  measures:
    'How long reads and writes wait while a SQLite store is moved to another layout under load; every answer is checked.',
  takes: 'Takes 22 minutes, and 4 GB in the temporary directory.',
  examples: [
    'node --conditions=@cowpath/source bench/store/migrate.ts',
    'node --conditions=@cowpath/source bench/store/migrate.ts --things 20000   # a short look',
  ],
})
  .option('--things <number>', 'editions in the store', wholeFrom(1, 100_000_000), 1_000_000)
  .parse()
  .opts<{ things: number }>();
const directory = mkdtempSync(path.join(tmpdir(), 'cowpath-bench-'));
const file = path.join(directory, 'store.db');
const layout = path.join(directory, 'to.layout');
writeFileSync(layout, 'edition * edition_*\nedition (authors:ref[], title:str) edition_listing\n');

try {
  const store = await openStore({ engine: sqlite({ file, layout: layouts.byDatatype() }) });
  await fill(store);
  const reader = new Worker(new URL('./migrate-reader.ts', import.meta.url), {
    workerData: { file, things },
  });
  const broken = new Promise<never>((_, reject) => reader.once('error', reject));
  const model = new Map<string, Acknowledged>();
  await Promise.race([broken, traffic('before', store, reader, model, wait(10_000))]);
  await Promise.race([broken, traffic('migrating', store, reader, model, migration())]);
  for (const [key, acknowledged] of model) check((await store.get(key))!, acknowledged);
  say(`all ${model.size} things written meanwhile are as they were acknowledged; ${megabytes()} MB`);
  reader.postMessage('close');
  await once(reader, 'exit');
  await store.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function fill(store: Store): Promise<void> {
  const start = performance.now();
  for (const batch of batches(500, 500, author)) await store.write(batch);
  for (let i = 0; i < things; i += 1_000) {
    await store.write(batches(Math.min(1_000, things - i), 1_000, edition, i)[0]!);
    if ((i / 1_000) % 100 === 99) say(`filling: ${i + 1_000} editions, ${seconds(start)} s`);
  }
  say(`filled with ${things} editions in ${seconds(start)} s, ${megabytes()} MB`);
}

/** Writes here and reads in the other thread until `end`. */
async function traffic(
  name: string,
  store: Store,
  reader: Worker,
  model: Map<string, Acknowledged>,
  end: Promise<void>,
): Promise<void> {
  let running = true;
  const ended = end.finally(() => {
    running = false;
  });
  const start = performance.now();
  const writes = new Times();
  const write = async (): Promise<void> => {
    for (let i = 0; running; i++) {
      const key = `/books/OL${Math.floor(Math.random() * things)}M`;
      const expectedRevision = model.get(key)?.revision ?? 1;
      const title = `title ${start} ${i}`;
      const { revision } = await writes.time(() =>
        store.update(key, [{ action: 'update', name: 'title', value: title }], { expectedRevision }),
      );
      const acknowledged = { key, revision, title };
      model.set(key, acknowledged);
      reader.postMessage(acknowledged);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  reader.postMessage('start');
  await Promise.all([ended, write()]);
  const took = seconds(start);
  reader.postMessage('report');
  const [reads] = (await once(reader, 'message')) as [string[]];
  for (const line of [writes.show('write'), ...reads]) say(`${name} (${took} s): ${line}`);
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

function megabytes(): string {
  return (statSync(file).size / 1e6).toFixed(0);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
