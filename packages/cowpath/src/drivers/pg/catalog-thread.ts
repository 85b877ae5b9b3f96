import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import { type Asked, answer } from '../../hooks/wait-for-thread.ts';
import { type CatalogRows, readCatalogRows } from './catalog-rows.ts';
import { close, connect, type OwnClass, ownClient, type Place, reading } from './own-connection.ts';

/** Which copy of the driver to use, and where to connect. */
export interface CatalogQuestion {
  readonly file: string;
  readonly place: Place;
}

/** The rows, or why there are none. */
export type CatalogAnswer = { readonly rows: CatalogRows } | { readonly because: string };

/** Reads a catalog while the program's own thread is at rest. */
async function read({ file, place }: CatalogQuestion): Promise<CatalogAnswer> {
  // Connections of Cowpath's own keep no thread alive, not even this one.
  const alive = setInterval(() => {}, 60_000);
  try {
    const exports = createRequire(file)(file) as OwnClass | { readonly Client: OwnClass };
    const client = ownClient('Client' in exports ? exports.Client : exports, place);
    await connect(client, false);
    const rows = await reading(client, () => readCatalogRows(client));
    close(client);
    return { rows };
  } catch (error) {
    return { because: error instanceof Error ? error.message : String(error) };
  } finally {
    clearInterval(alive);
  }
}

const asked = workerData as Asked<CatalogQuestion>;
void read(asked.question).then((found) => answer(asked, found));
