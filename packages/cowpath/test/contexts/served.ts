/** Serves in every way that Node serves, asks each page, and ends. Each page sends a number of queries of its own. */
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer, request as requestHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import untypedExpress from 'express';
import fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 4 });

async function queries(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await pool.query('select * from item where id = $1', [i]);
}

/** What the pages use of express, which comes without types. */
interface Answer {
  send(body: string): void;
  status(code: number): Answer;
}
type Next = () => void;
interface Routes {
  get(route: string, handler: (request: unknown, response: Answer) => Promise<void>): void;
  use(handler: (request: unknown, response: unknown, next: Next) => void): void;
  use(handler: (error: unknown, request: unknown, response: Answer, next: Next) => void): void;
  use(path: string, routes: Routes): void;
}
const express = untypedExpress as unknown as { (): Routes; Router(): Routes };

const servers: Server[] = [];

async function listen<S extends Server>(server: S): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function text(url: string): Promise<string> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return body(response);
}

async function body(response: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of response) all += chunk;
  return all;
}

async function fastifyPages(): Promise<void> {
  const app = fastify();
  app.get('/fast/:id', async () => {
    await queries(1);
    return 'ok';
  });
  await app.register(
    async (inner) => {
      inner.get('/things/:id/parts', async () => {
        await queries(2);
        return 'ok';
      });
      inner.post('/things', async (_request, reply) => {
        await queries(1);
        return reply.code(201).send({});
      });
    },
    { prefix: '/v1' },
  );
  app.get('/fails/:id', async () => {
    await queries(1);
    throw new Error('this page always fails');
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const path of [
    '/fast/1',
    '/fast/2?q=3',
    '/v1/things/7/parts',
    '/fails/1',
    '/nowhere/1',
    '/nowhere/else',
  ])
    await text(url + path);
  const post = request(`${url}/v1/things`, { method: 'POST' }).end();
  await body((await once(post, 'response'))[0] as IncomingMessage);
  await app.close();
}

async function expressPages(): Promise<void> {
  const app = express();
  app.use((_request, _response, next) => next());
  app.get('/plain/:id', async (_request, response) => {
    await queries(1);
    response.send('ok');
  });
  app.get('/', async (_request, response) => {
    await queries(1);
    response.send('root');
  });
  const books = express.Router();
  books.get('/', async (_request, response) => {
    await queries(2);
    response.send('list');
  });
  books.get('/:id', async (_request, response) => {
    await queries(3);
    response.send('one');
  });
  books.get('/:id/fails', async () => {
    await queries(4);
    throw new Error('this page always fails');
  });
  const shop = express.Router();
  shop.use('/books', books);
  app.use('/shops/:shop', shop);
  app.use((_error: unknown, _request: unknown, response: Answer, _next: Next) => {
    response.status(500).send('failed');
  });
  const port = await listen(createServer(app as unknown as RequestListener));
  for (const path of [
    '/plain/1',
    '/',
    '/shops/12/books',
    '/shops/12/books/1',
    '/shops/13/books/2',
    '/shops/12/books/2/fails',
    '/missing/1',
  ]) {
    await text(`http://127.0.0.1:${port}${path}`);
  }
}

async function barePages(): Promise<void> {
  const handler: RequestListener = async (incoming, response) => {
    await queries(1);
    if (incoming.url === '/hangs') return;
    response.end('ok');
  };
  const port = await listen(createServer(handler));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = `http://127.0.0.1:${port}`;
  for (const path of ['/bare/1', '/bare/2', '/bare/8c3d5e1e-4c8e-4b0c-9d57-0f8f0b1f6f11', '/kept?q=1']) {
    await body((await once(get(url + path, { agent }), 'response'))[0] as IncomingMessage);
  }
  agent.destroy();
  // Given up by the caller while the page works.
  const given = get(`${url}/hangs`);
  given.on('error', () => {});
  await once(given, 'socket');
  await new Promise((done) => setTimeout(done, 100));
  given.destroy();

  const psk = { psk: Buffer.from('0123456789abcdef'), identity: 'test' };
  const https = createHttpsServer(
    { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => psk.psk },
    handler,
  );
  const secure = requestHttps({
    host: '127.0.0.1',
    port: await listen(https),
    path: '/secure',
    ciphers: 'PSK',
    maxVersion: 'TLSv1.2',
    pskCallback: () => psk,
    checkServerIdentity: () => undefined,
  } as unknown as Parameters<typeof requestHttps>[0]).end();
  await body((await once(secure, 'response'))[0] as IncomingMessage);

  const http2 = createHttp2Server(async (_request, response) => {
    await queries(2);
    response.end('ok');
  });
  const session = connect(`http://127.0.0.1:${await listen(http2)}`);
  const stream = session.request({ ':path': '/two/5' });
  stream.resume();
  await once(stream, 'end');
  session.close();
}

await pool.query('select count(*) from item');
await fastifyPages();
await expressPages();
await barePages();
for (const server of servers) {
  (server as Partial<import('node:http').Server>).closeAllConnections?.();
  server.close();
}
await pool.end();
