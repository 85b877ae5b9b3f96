/** The whole bookshop with one command: a database, freshly loaded, and the app on it. */
import { startDatabase } from './database.ts';
import { portFromEnvironment, serve, stopOnSignal } from './serve.ts';

/** What to undo at the end, last first. */
const started: (() => Promise<void>)[] = [];

async function stop(): Promise<void> {
  while (started.length > 0) await started.pop()!();
}

stopOnSignal(stop);
try {
  const port = portFromEnvironment();
  const database = await startDatabase({
    databaseUrl: process.env.DATABASE_URL,
    onProgress: (message) => console.error(message),
  });
  started.push(() => database.stop());
  const app = await serve(database.url, port);
  started.push(() => app.close());
  console.log(`The bookshop is open at ${app.url}`);
} catch (error) {
  await stop();
  console.error(`The bookshop could not be opened: ${describe(error)}`);
  process.exitCode = 1;
}

/** A refused connection is an error without a message, but with a code. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code } = error as NodeJS.ErrnoException;
  return [message, code && `(${code})`].filter(Boolean).join(' ');
}
