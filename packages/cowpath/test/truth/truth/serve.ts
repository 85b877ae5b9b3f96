import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context } from '@cowpath/profile';
import express from 'express';
import fastify from 'fastify';
import type { Page, Site } from './page.ts';
import { Random } from './random.ts';
import type { Truth } from './truth.ts';

export interface Served<Db> {
  request(page: Page<Db>, n: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves each page in its own way: a context by hand, fastify, express, or a bare server. */
export async function serve<Db>(
  pages: readonly Page<Db>[],
  site: Site<Db>,
  truth: Truth,
): Promise<Served<Db>> {
  const run = (page: Page<Db>, n: number): Promise<void> =>
    page.run(site, truth.context([page.root]), new Random(`${page.root} ${n}`), n);
  const by = (served: Page<Db>['served']): readonly Page<Db>[] =>
    pages.filter((page) => page.served === served);
  const route = (page: Page<Db>): string => page.root.replace('GET ', '');

  const fast = fastify();
  for (const page of by('fastify')) {
    fast.get<{ Params: { n: string } }>(route(page), async (request) => {
      await run(page, Number(request.params.n));
      return { ok: true };
    });
  }
  const fastifyUrl = await fast.listen({ port: 0, host: '127.0.0.1' });

  const app = express();
  for (const page of by('express')) {
    app.get(route(page), async (request, response) => {
      await run(page, Number(request.params['n']));
      response.json({ ok: true });
    });
  }
  const expressServer = createServer(app);
  const expressUrl = await listen(expressServer);

  const bareServer = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, 'http://bare');
    const page = by('http').find((one) => route(one) === url.pathname);
    try {
      if (!page) throw new Error(`no page ${url.pathname}`);
      await run(page, Number(url.searchParams.get('n')));
      response.end('ok');
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  };
  const bareUrl = await listen(bareServer);

  const urlOf = (page: Page<Db>, n: number): string => {
    if (page.served === 'http') return `${bareUrl}${route(page)}?n=${n}`;
    return `${page.served === 'fastify' ? fastifyUrl : expressUrl}${route(page).replace(':n', String(n))}`;
  };
  return {
    async request(page, n) {
      if (page.served === 'context') return context(page.root, () => run(page, n));
      const response = await fetch(urlOf(page, n));
      if (!response.ok) throw new Error(`${page.root} ${n}: ${response.status} ${await response.text()}`);
      await response.text();
    },
    async close() {
      await fast.close();
      for (const server of [expressServer, bareServer]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
