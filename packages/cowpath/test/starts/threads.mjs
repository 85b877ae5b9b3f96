/** `threads.mjs THREADS`: the shop in worker threads, and in the main thread too. */
import { Worker } from 'node:worker_threads';

const app = new URL('./app.mjs', import.meta.url);
for (let i = 0; i < Number(process.argv[2]); i++) {
  const worker = new Worker(app);
  await new Promise((ended, failed) => worker.on('exit', ended).on('error', failed));
}
await import(app);
