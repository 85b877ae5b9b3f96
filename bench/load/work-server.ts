/**
 * A server that does a counted amount of work for each request (LOOPS), so that its cost is known to scale. The
 * work is native code: a loop in JavaScript became several times as slow when V8 compiled it anew after some thousand
 * calls, and two processes seldom changed over at the same time.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const loops = Number(process.env.LOOPS ?? 0);
const block = Buffer.alloc(4096, 7);

function work(): string {
  const hash = createHash('sha256');
  for (let i = 0; i < loops; i++) hash.update(block);
  return hash.digest('hex');
}

createServer((_request, response) => {
  const body = work();
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}).listen(Number(process.env.PORT ?? 0), '127.0.0.1');
