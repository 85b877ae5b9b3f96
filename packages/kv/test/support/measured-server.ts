/** A service whose memory can be asked for: `measured-server.ts DIRECTORY`, with --expose-gc. Sends its port. */
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import { serve } from '../../src/http/server.ts';

const engine = await openLevelDb(process.argv[2]!, {
  write_buffer_bytes: 1024 * 1024,
  cache_bytes: 1024 * 1024,
});
const server = await serve(engine, { port: 0 });
process.on('message', () => {
  globalThis.gc!();
  process.send!(process.memoryUsage.rss());
});
process.on('disconnect', () => process.exit());
process.send!(server.port);
