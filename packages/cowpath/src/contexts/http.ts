import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { type Context, closeContext, currentContext, NAME_LENGTH_MAX, openContext } from '@cowpath/profile';
import { callInFrame } from '../hooks/call-in-frame.ts';
import { wrap } from '../hooks/wrap.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { nextRoute } from './next-route.ts';
import { PROVISIONAL } from './provisional.ts';
import { RouteNames } from './route-names.ts';

/** What frameworks leave on a request, and what the recorder remembers of it. */
interface Request extends IncomingMessage {
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: unknown;
  readonly originalUrl?: unknown;
}

const ROUTE_CHANNEL = 'tracing:fastify.request.handler:start';

/**
 * A root context for each request of every http, https and http2 server of the process. It opens before the
 * program's handler runs and closes when the response does; its name, the route's template, is known by
 * then: from fastify's diagnostics channel, or from what express's or Next.js's router left on the request.
 */
export class HttpContexts {
  readonly #recorder: Recorder;
  readonly #names = new RouteNames();
  readonly #roots = new WeakMap<object, Context>();
  readonly #named = new WeakSet<Context>();
  /** Told of each request before the program is; its listeners on the response come after the root is named. */
  onRequest: ((request: IncomingMessage, response: ServerResponse, root: Context) => void) | null = null;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  start(): () => void {
    // One place for all kinds of servers: https and http2 servers inherit from net.Server too.
    wrap(
      Server.prototype,
      'emit',
      this,
      (replaced) =>
        function emit(this: Server, event: unknown, request: unknown, response: unknown): unknown {
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const args = arguments as unknown as unknown[];
          const contexts = replaced.owner;
          if (event !== 'request' || !contexts.#recorder.active) return replaced.original.apply(this, args);
          const root = contexts.#open(request as Request, response as ServerResponse);
          if (root === null) return replaced.original.apply(this, args);
          return callInFrame(root.frame, replaced.original, this, args);
        },
    );
    const routed = (message: unknown): void => this.#routed(message);
    subscribe(ROUTE_CHANNEL, routed);
    return () => void unsubscribe(ROUTE_CHANNEL, routed);
  }

  #open(request: Request, response: ServerResponse): Context | null {
    try {
      if (typeof request?.method !== 'string' || typeof response?.once !== 'function') return null;
      // Handed on by one server to another: its context is open already.
      if (this.#roots.has(request)) return null;
      const root = openContext(`${request.method} ${this.#names.pathOf(request.url ?? '/')}`, null);
      root.slots = Object.assign(root.slots ?? {}, { [PROVISIONAL]: true });
      this.#roots.set(request, root);
      response.once('close', () => {
        try {
          this.#nameAtEnd(root, request, response);
          closeContext(root);
        } catch (error) {
          this.#recorder.guard.failed('COWPATH_CONTEXT_FAILED', error);
        }
      });
      this.onRequest?.(request, response, root);
      return root;
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_CONTEXT_FAILED', error);
      return null;
    }
  }

  /** A framework says which route handles the request. */
  #routed(message: unknown): void {
    try {
      const { route, request } = message as {
        route?: { url?: unknown; path?: unknown; method?: unknown };
        request?: { raw?: object; method?: unknown };
      };
      const template = route?.url ?? route?.path;
      const root = this.#roots.get((request?.raw ?? request) as object) ?? currentContext()?.root;
      if (typeof template !== 'string' || !root || this.#named.has(root)) return;
      const method = request?.method;
      if (typeof method !== 'string') return;
      this.#name(root, `${method} ${template || '/'}`);
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_CONTEXT_FAILED', error);
    }
  }

  /** Express leaves the matched route on the request, and where its router is mounted; Next.js the matched file's. */
  #nameAtEnd(root: Context, request: Request, response: ServerResponse): void {
    if (this.#named.has(root)) return;
    const path = request.route?.path;
    if (typeof path === 'string') {
      const base = baseOf(request, path);
      this.#name(root, `${request.method} ${join(base === '' ? '' : this.#names.pathOf(base), path)}`);
      return;
    }
    const matched = nextRoute(request);
    if (matched !== null) {
      this.#name(root, `${request.method} ${matched}`);
    } else if (response.statusCode === 404) {
      this.#name(root, `${request.method} (not found)`);
    }
  }

  #name(root: Context, name: string): void {
    this.#named.add(root);
    if (root.slots) delete root.slots[PROVISIONAL];
    root.name = name.length > NAME_LENGTH_MAX ? name.slice(0, NAME_LENGTH_MAX) : name;
  }
}

/**
 * Where the router of a route is mounted. Once an error has left that router, express no longer says so:
 * it is then what the URL has before as many segments as the route.
 */
function baseOf({ baseUrl, originalUrl }: Request, route: string): string {
  if (typeof baseUrl === 'string' && baseUrl !== '') return baseUrl;
  // With an optional or a wildcard part the number of segments is not known.
  if (typeof originalUrl !== 'string' || /[*?+{(]/.test(route)) return '';
  const segments = segmentsOf(originalUrl.split(/[?#]/, 1)[0]!);
  const before = segments.slice(0, Math.max(0, segments.length - segmentsOf(route).length));
  return before.map((segment) => `/${segment}`).join('');
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function join(base: string, path: string): string {
  if (base === '' || base === '/') return path || '/';
  return path === '/' ? base : base + path;
}
