/** A server that does a counted amount of work for each request (LOOPS), so that its cost is known to scale. */
import { createServer } from 'node:http';

const loops = Number(process.env.LOOPS ?? 0);

function work(): number {
  let value = 1;
  for (let i = 0; i < loops; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  return value;
}

createServer((_request, response) => {
  const body = String(work());
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}).listen(Number(process.env.PORT ?? 0), '127.0.0.1');
