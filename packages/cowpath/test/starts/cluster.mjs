/** `cluster.mjs WORKERS`: each worker serves the shop on one shared port; the primary visits until all have served a walk. */
import cluster from 'node:cluster';
import { once } from 'node:events';

const workers = Number(process.argv[2]);
if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) {
    const worker = cluster.fork();
    worker.on('message', (line) => console.log(line));
    await once(worker, 'exit');
  }
} else {
  const { default: pg } = await import('pg');
  const { close, serve, walk } = await import('./shop.mjs');
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
  const server = await serve(pool);
  await walk(server, (line) => process.send(line));
  await close(server, pool);
  process.disconnect();
}
