import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KvError } from '../contract/errors.ts';
import { HEADER_BYTES_MAX, VALUE_BYTES_MAX } from '../contract/limits.ts';
import type { Engine } from '../engine/engine.ts';
import { Metrics } from '../metrics/registry.ts';
import { declaredBytes } from './body.ts';
import { Connections } from './connections.ts';
import { type ServerOptions, serverOptions } from './options.ts';
import { errorBody, statusOf } from './reply.ts';
import { KvRequest } from './request.ts';
import { handle, refuseExpectation, ServiceState } from './service.ts';

/** A running service. */
export interface KvServer {
  /** `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connections, finishes the requests that it has, then closes; what is not finished after
   * `stop_grace_ms` is cut off. The engine stays open: it is the caller's. Calling it again waits for the same end.
   */
  stop(): Promise<void>;
}

/**
 * Serves an engine over HTTP until `stop()`.
 *
 * @param report gets errors of the engine that were answered with 500; the default prints them to stderr.
 * @throws {KvOptionError} for wrong options; the operating system's error when the port cannot be had.
 */
export async function serve(
  engine: Engine,
  given: ServerOptions = {},
  report: (error: unknown) => void = (error) => console.error(error),
): Promise<KvServer> {
  const options = serverOptions(given);
  const server = createServer({
    IncomingMessage: KvRequest,
    // Of no effect before Node 24.12.
    optimizeEmptyRequests: true,
    maxHeaderSize: HEADER_BYTES_MAX,
    requestTimeout: options.request_timeout_ms,
    headersTimeout: options.headers_timeout_ms,
    keepAliveTimeout: options.keep_alive_ms,
    connectionsCheckingInterval: Math.min(1_000, options.headers_timeout_ms),
    noDelay: true,
  });
  server.maxConnections = options.connections_max;
  // A client that closes its side after its requests (as `nc` and scripts do) is still answered.
  Object.assign(server, { httpAllowHalfOpen: true });
  const state = new ServiceState(engine, options, new Connections(server), report);
  const metrics = new Metrics(state.counts, engine, {
    connections: () => state.connections.count,
    openRanges: () => state.openRanges,
    memoryBytes: () => state.budget.used,
  });
  listen(server, state, metrics);
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    metrics.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const stopLooking = state.connections.closeStalled(options.stalled_timeout_ms);
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    stop: () => {
      stopped ??= stop(server, state, options.stop_grace_ms).finally(() => {
        stopLooking();
        metrics.close();
      });
      return stopped;
    },
  };
}

function listen(server: Server, state: ServiceState, metrics: Metrics): void {
  server.on('request', (request: KvRequest, response: ServerResponse) =>
    handle(state, metrics, request, response),
  );
  server.on('checkContinue', (request: KvRequest, response: ServerResponse) => {
    // What would be refused for its size is refused before it is sent.
    if ((declaredBytes(request) ?? 0) <= VALUE_BYTES_MAX) response.writeContinue();
    handle(state, metrics, request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    refuseExpectation(state, request, response);
  });
  server.on('clientError', answerClientError);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerRaw(socket, new KvError('KV_METHOD_NOT_ALLOWED', 'this is no proxy: CONNECT is not taken'));
  });
}

/** What Node's parser refused, with what was wrong. */
function answerClientError(error: NodeJS.ErrnoException & { reason?: string }, socket: Duplex): void {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      socket.destroy();
      return;
    case 'HPE_HEADER_OVERFLOW':
      answerRaw(
        socket,
        new KvError('KV_HEADERS_TOO_LARGE', `the request's head is longer than ${HEADER_BYTES_MAX} bytes`),
      );
      return;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      answerRaw(socket, new KvError('KV_REQUEST_TIMEOUT', 'the request did not arrive in time'));
      return;
    default:
      answerRaw(
        socket,
        new KvError('KV_REQUEST_INVALID', `this is no HTTP request: ${error.reason ?? error.message}`),
      );
      return;
  }
}

function answerRaw(socket: Duplex, error: KvError): void {
  // An answer that has begun cannot be followed by another: the client would take it for a part of that one.
  const begun = (socket as Duplex & { _httpMessage?: ServerResponse })._httpMessage?.headersSent;
  if (!socket.writable || begun) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  const body = errorBody(error);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** How often idle connections are looked for while the service stops. */
const STOP_LOOK_MS = 20;

async function stop(server: Server, state: ServiceState, grace_ms: number): Promise<void> {
  state.stopping = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that had a request under way when `close()` looked becomes idle later.
  const idle = setInterval(() => {
    server.closeIdleConnections();
    state.connections.closeSilent();
  }, STOP_LOOK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), grace_ms);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
