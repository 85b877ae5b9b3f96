import { join } from 'node:path';
import { readProfile, type StepView, viewProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { succeed, temporary } from '../recorded.ts';
import { SCHEMA, startWorld, type World } from '../starts/world.ts';

const PROGRAM = join(import.meta.dirname, 'two-databases.mjs');

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const server = new pg.Client(world.url);
  await server.connect();
  await server.query('create database second');
  await server.end();
  const client = new pg.Client(at('second'));
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
});
afterAll(() => world?.stop());

function at(database: string, host = '127.0.0.1'): string {
  const url = new URL(world.url);
  url.pathname = `/${database}`;
  url.hostname = host;
  return url.href;
}

/** Trails by context, each entity with its database. */
function trailsOf(folder: string): Record<string, string[]> {
  const lines = ({ origin, reference, total, children }: StepView, from: string): string[] => {
    const entity = reference?.to ?? (origin?.kind === 'query' ? origin.entity : null);
    const name = `${from}${entity?.database}.${entity?.table}`;
    return [`${name}: ${total.queries}`, ...children.flatMap((child) => lines(child, `${name} -> `))];
  };
  const { builder, problems } = readProfile(folder);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    viewProfile(builder).contexts.map(({ path, trails }) => [
      path.join(' > '),
      trails.flatMap((step) => lines(step, '')).sort(),
    ]),
  );
}

async function ran(first: string, second: string): Promise<Record<string, string[]>> {
  const place = temporary();
  try {
    const args = [PROGRAM, first, second];
    const bare = await succeed({ args });
    // Recorded twice into one profile: the names must be the same in both.
    for (let times = 0; times < 2; times++) {
      const recorded = await succeed({ args, env: { COWPATH_DIR: place.folder }, record: true });
      expect(recorded).toEqual(bare);
    }
    return trailsOf(place.folder);
  } finally {
    place.remove();
  }
}

const trails = (one: string, two: string): Record<string, string[]> => ({
  across: [`${one}.book: 16`, `${two}.author: 80`].sort(),
  within: [
    ...[`${one}.book: 16`, `${one}.book -> ${one}.author: 80`],
    ...[`${two}.book: 16`, `${two}.book -> ${two}.author: 80`],
  ].sort(),
});

test('two databases with the same tables and keys: trails never cross', async () => {
  expect(await ran(at('postgres'), at('second'))).toEqual(trails('postgres', 'second'));
});

test('one database under two addresses: told apart by address, in the order in which they were met', async () => {
  const { port } = new URL(world.url);
  expect(await ran(at('postgres'), at('postgres', 'localhost'))).toEqual(
    trails('postgres', `postgres@localhost:${port}`),
  );
});
