/** The app alone, on a database that is already loaded: this is the program to record. */
import { portFromEnvironment, serve, stopOnSignal } from './serve.ts';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error(
    'DATABASE_URL is not set. Give the URL of a loaded bookshop, or run src/main.ts, which loads one.',
  );
  process.exit(2);
}
const app = await serve(databaseUrl, portFromEnvironment());
stopOnSignal(() => app.close());
console.log(`The bookshop is open at ${app.url}`);
