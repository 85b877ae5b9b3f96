/** The service as the durability tests run it: `server.ts DIRECTORY ENGINE-OPTIONS-AS-JSON`. Prints its port. */
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import { serve } from '../../src/http/server.ts';

const engine = await openLevelDb(process.argv[2]!, JSON.parse(process.argv[3]!));
const server = await serve(engine, { port: 0 });
process.stdout.write(`${server.port}\n`);
