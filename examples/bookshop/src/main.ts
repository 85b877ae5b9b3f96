/** The whole bookshop with one command: a database, freshly loaded, and the app on it. */
import { startDatabase } from './database.ts';
import { portFromEnvironment, serve, stopOnSignal } from './serve.ts';

const port = portFromEnvironment();
const cleanUp: (() => Promise<void>)[] = [];
async function stop(): Promise<void> {
  while (cleanUp.length > 0) await cleanUp.pop()!();
}
stopOnSignal(stop);

const database = await startDatabase({
  databaseUrl: process.env.DATABASE_URL,
  onProgress: (message) => console.error(message),
});
cleanUp.push(() => database.stop());
try {
  const app = await serve(database.url, port);
  cleanUp.push(() => app.close());
  console.log(`The bookshop is open at ${app.url}`);
} catch (error) {
  await stop();
  throw error;
}
