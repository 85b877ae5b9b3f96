/** A thread that calls LevelDB for another one. LevelDB is opened once in the process and shared by its threads. */
import { parentPort, workerData } from 'node:worker_threads';
import { ClassicLevel } from 'classic-level';

interface Question {
  readonly id: number;
  readonly type: 'get' | 'put' | 'del';
  readonly key: Uint8Array;
  readonly value?: Uint8Array;
}

const level = new ClassicLevel<Uint8Array, Uint8Array>(workerData.location, {
  keyEncoding: 'view',
  valueEncoding: 'view',
});
await level.open({ multithreading: true });
parentPort!.on('message', async ({ id, type, key, value }: Question) => {
  try {
    if (type === 'get') parentPort!.postMessage({ id, value: level.getSync(key) });
    else {
      await (type === 'put' ? level.put(key, value!) : level.del(key));
      parentPort!.postMessage({ id });
    }
  } catch (error) {
    parentPort!.postMessage({ id, error: String(error) });
  }
});
parentPort!.postMessage('ready');
