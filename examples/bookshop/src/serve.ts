import { makeApp } from './app.ts';
import { openDatabase } from './database/open.ts';
import { pagesFromEnvironment } from './pages/pages.ts';

const CLOSE_WITHIN_MS = 2000;

export interface RunningApp {
  url: string;
  /** Lets requests in flight end, then closes the connections to the database. */
  close(): Promise<void>;
}

/** Starts the app; port 0 takes any free one. */
export async function serve(databaseUrl: string, port: number): Promise<RunningApp> {
  const pages = pagesFromEnvironment();
  const database = openDatabase(databaseUrl);
  const app = makeApp(database.db, pages);
  app.addHook('onClose', () => database.close());
  try {
    const url = await app.listen({ port, host: '127.0.0.1' });
    return { url, close: () => closeSoon(app) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Requests in flight may end; a connection kept alive by its client does not hold up the end for long. */
async function closeSoon(app: ReturnType<typeof makeApp>): Promise<void> {
  const impatient = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(impatient);
  }
}

/** The port in the environment variable PORT: 3000 when absent or empty. */
export function portFromEnvironment(): number {
  const given = process.env.PORT || '3000';
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(
      `PORT is ${JSON.stringify(given)}; expected a whole number from 0 (any free port) to 65535.`,
    );
  }
  return port;
}

/** Runs `stop` at the first SIGINT or SIGTERM and ends the process; a second one ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
