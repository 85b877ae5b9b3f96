/** The readers' thread of `migrate.ts`: reads and checks as fast as it can, on a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore, sqlite } from '@cowpath/store';
import { type Acknowledged, check, Times } from './migrate-check.ts';

const { file, things } = workerData as { readonly file: string; readonly things: number };
const store = await openStore({ engine: sqlite({ file }) });
const model = new Map<string, Acknowledged>();
const keys: string[] = [];
let gets = new Times();
let queries = new Times();
let running = false;

parentPort!.on('message', (message: Acknowledged | 'start' | 'report' | 'close') => {
  if (message === 'start') {
    gets = new Times();
    queries = new Times();
    running = true;
    void read();
  } else if (message === 'report') {
    running = false;
    parentPort!.postMessage([gets.show('get'), queries.show('query')]);
  } else if (message === 'close') {
    running = false;
    void store.close().then(() => parentPort!.close());
  } else {
    if (!model.has(message.key)) keys.push(message.key);
    model.set(message.key, message);
  }
});

async function read(): Promise<void> {
  while (running) {
    const known = Math.random() < 0.5 ? model.get(keys[Math.floor(Math.random() * keys.length)]!) : undefined;
    const key = known?.key ?? `/books/OL${Math.floor(Math.random() * things)}M`;
    const thing = await gets.time(() => store.get(key));
    if (known !== undefined) {
      check(thing!, known);
      const found = await queries.time(() =>
        store.things([
          { name: 'type', op: '=', value: 'edition' },
          { name: 'title', op: '=', value: known.title },
        ]),
      );
      // Not found by its title, it must have another one by now.
      if (found.items[0] !== key && (await store.get(key))!.revision === known.revision) {
        throw new Error(`${key} is not found by its title`);
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
