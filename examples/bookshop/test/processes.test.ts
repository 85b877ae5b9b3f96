import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { useBookshop } from './bookshop.ts';

const SOURCES = join(import.meta.dirname, '..', 'src');

type Program = ChildProcessByStdio<null, Readable, Readable>;

const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await end(program, 'SIGKILL');
});

function run(args: string[], environment: Record<string, string>): Program {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const program = spawn(process.execPath, [...process.execArgv, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...environment },
  });
  programs.push(program);
  return program;
}

function end(program: Program, signal: NodeJS.Signals): Promise<number | null> {
  program.kill(signal);
  return exitCodeOf(program);
}

async function exitCodeOf(program: Program): Promise<number | null> {
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
  return program.exitCode;
}

/** The first match in what the program prints; fails if it ends before. */
function printed(output: Readable, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (chunk) => {
      text += String(chunk);
      const match = pattern.exec(text);
      if (match) resolve(match[0]);
    });
    output.on('close', () => reject(new Error(`expected ${pattern} in the output, which was:\n${text}`)));
  });
}

async function canConnect(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function untilGone(databaseUrl: string): Promise<void> {
  while (await canConnect(databaseUrl)) await new Promise((resolve) => setTimeout(resolve, 50));
}

const PRINT_DATABASE_URL = `
  import { startDatabase } from ${JSON.stringify(join(SOURCES, 'database.ts'))};
  const database = await startDatabase();
  console.log(database.url);
  setInterval(() => {}, 1000);`;

describe('the database that the example starts', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('goes away when its owner is ended by %s', async (signal) => {
    const owner = run(['--input-type=module-typescript', '--eval', PRINT_DATABASE_URL], {});
    const url = await printed(owner.stdout, /postgres:\S+/);
    expect(await canConnect(url)).toBe(true);
    await end(owner, signal);
    await untilGone(url);
  });
});

describe('main.ts', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('opens the bookshop, and closes it at %s', async (signal) => {
    const main = run([join(SOURCES, 'main.ts')], { PORT: '0' });
    const url = await printed(main.stdout, /http:\S+/);
    expect((await fetch(`${url}/books/1`)).status).toBe(200);
    expect(await end(main, signal)).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('says what is wrong with a port', async () => {
    const main = run([join(SOURCES, 'main.ts')], { PORT: 'http' });
    await printed(main.stderr, /PORT is "http"; expected a whole number from 0/);
    expect(await exitCodeOf(main)).toBe(1);
  });
});

describe('on a database that is given', () => {
  const shop = useBookshop();

  test('server.ts serves what is loaded, and does without anything else', async () => {
    const server = run([join(SOURCES, 'server.ts')], { PORT: '0', DATABASE_URL: shop.url });
    const url = await printed(server.stdout, /http:\S+/);
    expect((await fetch(`${url}/admin/stats`)).status).toBe(200);
    expect(await end(server, 'SIGTERM')).toBe(0);
  });

  test('server.ts without one says what to do', async () => {
    const server = run([join(SOURCES, 'server.ts')], {});
    await printed(server.stderr, /DATABASE_URL is not set/);
    expect(await exitCodeOf(server)).toBe(2);
  });

  test('main.ts makes the schema anew if it is ours, and refuses it if not', async () => {
    await shop.rows('delete from bookshop.cart_item');
    const again = run([join(SOURCES, 'main.ts')], { PORT: '0', DATABASE_URL: shop.url });
    await printed(again.stdout, /http:\S+/);
    expect(await end(again, 'SIGTERM')).toBe(0);
    expect(await shop.rows('select count(*)::int as items from bookshop.cart_item')).toEqual([
      { items: 9805 },
    ]);

    await shop.rows(`comment on schema bookshop is 'the real bookshop'`);
    await shop.rows('delete from bookshop.cart_item');
    const refused = run([join(SOURCES, 'main.ts')], { PORT: '0', DATABASE_URL: shop.url });
    await printed(refused.stderr, /BOOKSHOP_FOREIGN_SCHEMA/);
    expect(await exitCodeOf(refused)).toBe(1);
    expect(await shop.rows('select count(*)::int as items from bookshop.cart_item')).toEqual([{ items: 0 }]);
  });
});
