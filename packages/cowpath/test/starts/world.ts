/** A small database, programs that walk it in ways that they do not know to be recorded, and what was recorded. */
import { join } from 'node:path';
import type { StepView } from '@cowpath/profile';
import pg from 'pg';
import { startPostgres } from '../postgres.ts';
import { CLI, contextsIn, type Ended, REGISTER, type Start, start, succeed, temporary } from '../recorded.ts';

export const HERE: string = import.meta.dirname;
export const ROOT: string = join(HERE, '../../../..');
export const BINARIES: string = join(ROOT, 'node_modules/.bin');

export const SCHEMA: string = `
  create table author (id int primary key, name text not null);
  create table book (id int primary key, author_id int not null references author, title text not null);
  insert into author select 1000 + g * 7, 'author ' || g from generate_series(0, 99) g;
  insert into book select 50000 + g, 1000 + (g * 37 % 100) * 7, 'book ' || g from generate_series(0, 99) g;
  analyze`;

export interface World {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
  return postgres;
}

/** What walks of `shop.mjs` through its pages leave in a profile. */
export function walked(times: number, context = 'GET /books'): Record<string, readonly string[]> {
  return {
    [context]: [`book: ${8 * times} queries`, `book.author_id -> author.id: ${40 * times} queries`],
  };
}
export const WALKED: Readonly<Record<string, readonly string[]>> = walked(1);

/** The one line that `cowpath record` prints at its end, among whatever npm and others say. */
export function lineOf(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('cowpath: '))
    .join('\n')
    .replace(/ in [\d.]+ s\..*$/, '');
}

/** By context, its trails: origins, and the references followed from them. Only contexts with queries. */
export function trailsIn(folder: string): Record<string, string[]> {
  const trails: Record<string, string[]> = {};
  for (const { path, trails: steps } of contextsIn(folder)) {
    const lines = steps.map(linesOf).sort().flat();
    if (lines.length > 0) trails[path.join(' > ')] = lines;
  }
  return trails;
}

function linesOf(step: StepView): string[] {
  const { origin, reference, total, children } = step;
  const from = reference?.from_columns.map((column) => `${reference.from.table}.${column}`).join();
  const to = reference?.to_columns.map((column) => `${reference.to.table}.${column}`).join();
  const what =
    reference !== null
      ? `${from} -> ${to}`
      : origin?.kind === 'query'
        ? [origin.entity?.table ?? '?', ...origin.by].join(' by ')
        : (origin?.kind ?? 'unknown');
  return [`${what}: ${total.queries} queries`, ...children.flatMap((child) => linesOf(child))];
}

/** Node's flags that record, for programs whose start is given by hand. */
export const RECORDING: readonly string[] = ['--import', REGISTER];

export interface Both {
  readonly bare: Ended;
  readonly recorded: Ended;
  readonly trails: Record<string, string[]>;
}

/** Runs a program without and with the recorder; throws when either fails. */
export async function both(bare: Start, recorded: (folder: string) => Start): Promise<Both> {
  const place = temporary();
  try {
    const folder = join(place.folder, 'profile');
    const without = await succeed(bare);
    const what = recorded(folder);
    const withIt = await succeed({ ...what, env: { ...what.env, COWPATH_DIR: folder } });
    return { bare: without, recorded: withIt, trails: trailsIn(folder) };
  } finally {
    place.remove();
  }
}

/** `cowpath record -- command`, as a start. */
export function recordCommand(folder: string, command: readonly string[]): Start {
  return { args: [CLI, 'record', '--dir', folder, '--', ...command] };
}

/** Waits until something holds, however busy the machine is. */
export async function until<T>(what: string, look: () => T | false | undefined | null): Promise<T> {
  const deadline = performance.now() + 50_000;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export { start };
