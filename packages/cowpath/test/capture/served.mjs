/**
 * A server of the framework that SERVER names. It logs each request to LOG as it reaches the handler, with the
 * time and the whole body, and echoes it; `/exit` ends the process at once. With WORKERS it is a cluster. READY
 * is a file that gets its port and process once it listens.
 */
import cluster from 'node:cluster';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import express from 'express';
import fastify from 'fastify';

async function bodyOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

function log(method, url, at, body) {
  if (url.startsWith('/exit')) process.exit(0);
  if (process.env.LOG) appendFileSync(process.env.LOG, `${JSON.stringify({ method, url, at, body })}\n`);
  return `${method} ${url} ${body}`;
}

function ready(port) {
  const file = process.env.READY;
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ port, pid: process.pid }));
  renameSync(`${file}.${process.pid}`, file);
}

const now = () => performance.timeOrigin + performance.now();

const plain = async (request, response) => {
  const at = now();
  const { method, url } = request;
  // Nothing of it is read.
  if (url === '/unread') return response.end('unread');
  response.end(log(method, url, at, await bodyOf(request)), 'latin1');
};

const SERVERS = {
  http: (port) => {
    const server = createServer(plain).listen(port, '127.0.0.1', () => ready(server.address().port));
  },
  http2: (port) => {
    const server = createHttp2Server(plain).listen(port, '127.0.0.1', () => ready(server.address().port));
  },
  express: (port) => {
    const app = express();
    app.all('/books/:id', plain);
    app.use(plain);
    const server = app.listen(port, '127.0.0.1', () => ready(server.address().port));
  },
  fastify: async (port) => {
    const app = fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (_request, payload) => bodyOf(payload));
    const echo = async ({ method, url, body }, reply) => {
      reply.header('content-type', 'text/plain; charset=latin1');
      return Buffer.from(log(method, url, now(), body ?? ''), 'latin1');
    };
    app.all('/books/:id', echo);
    app.all('/*', echo);
    ready(Number(new URL(await app.listen({ port, host: '127.0.0.1' })).port));
  },
};

if (process.env.WORKERS && cluster.isPrimary) {
  for (let i = 0; i < Number(process.env.WORKERS); i++) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
    cluster.disconnect(() => process.exit(0));
  });
} else {
  await SERVERS[process.env.SERVER](Number(process.env.PORT ?? 0));
  process.on('SIGTERM', () => process.exit(0));
}
