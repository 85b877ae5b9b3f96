import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeBookshop } from './data/bookshop.ts';
import { loadBookshop } from './database/load.ts';

export interface BookshopDatabase {
  /** For the environment variable DATABASE_URL of the app. */
  url: string;
  /** Stops what was started and removes its files; a database that was given is left as it is. */
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** A Postgres database to use instead of one of our own; its schema "bookshop" is made anew. */
  databaseUrl?: string | undefined;
  /** Called as each step begins. */
  onProgress?: (message: string) => void;
}

/**
 * A Postgres database with the bookshop's rows, freshly loaded: the one given, or one started here from
 * the binaries that npm installed. The latter goes away with the calling process, however that ends.
 *
 * @throws ForeignSchemaError if the database given has a schema "bookshop" of somebody else's.
 */
export async function startDatabase(options: DatabaseOptions = {}): Promise<BookshopDatabase> {
  const { databaseUrl, onProgress = () => undefined } = options;
  if (!databaseUrl) onProgress('starting Postgres');
  const database = databaseUrl
    ? { url: databaseUrl, stop: () => Promise.resolve() }
    : await startOwnPostgres();
  try {
    onProgress('loading 20,000 books and 100,000 reviews');
    await loadBookshop(database.url, makeBookshop());
  } catch (error) {
    await database.stop();
    throw error;
  }
  return database;
}

async function startOwnPostgres(): Promise<BookshopDatabase> {
  const program = join(import.meta.dirname, 'database', 'postgres-process.ts');
  // In a process group of its own, so that Ctrl-C stops the app first and the database after it.
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const url = await firstLine(child, exited);
  return {
    url,
    stop: async () => {
      child.stdin?.end();
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess, exited: Promise<unknown[]>): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const line = once(lines, 'line').then(([text]) => String(text));
  const failed = exited.then(([code]) => {
    throw new Error(`The process that starts Postgres ended with code ${code}; the reason is printed above.`);
  });
  // Whichever loses the race must not count as unhandled.
  failed.catch(() => undefined);
  try {
    return await Promise.race([line, failed]);
  } finally {
    lines.close();
  }
}
