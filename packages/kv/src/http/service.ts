import type { IncomingMessage, ServerResponse } from 'node:http';
import { KvError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Operation } from '../metrics/operations.ts';
import type { Metrics } from '../metrics/registry.ts';
import { RequestCounts } from '../metrics/request-counts.ts';
import { discard } from './body.ts';
import { MemoryBudget } from './budget.ts';
import type { Connections } from './connections.ts';
import { getEntities } from './entities.ts';
import { deleteEntity, getEntity, putEntity } from './entity.ts';
import type { ServerOptions } from './options.ts';
import { parseTarget } from './query.ts';
import { sendError, sendText, statusOf, toKvError } from './reply.ts';
import type { KvRequest } from './request.ts';
import { RequestLog } from './request-log.ts';
import { sendStatus } from './status.ts';

/** What the handlers of all requests share. */
export class ServiceState {
  readonly engine: Engine;
  readonly options: Required<ServerOptions>;
  readonly connections: Connections;
  readonly budget: MemoryBudget;
  readonly counts: RequestCounts = new RequestCounts();
  readonly started_ms: number = performance.now();
  readonly #report: (error: unknown) => void;
  openRanges = 0;
  stopping = false;

  constructor(
    engine: Engine,
    options: Required<ServerOptions>,
    connections: Connections,
    report: (error: unknown) => void,
  ) {
    this.engine = engine;
    this.options = options;
    this.connections = connections;
    this.budget = new MemoryBudget(options.in_flight_bytes_max);
    this.#report = report;
  }

  /** Answers with an error; cuts the connection when an answer has begun already, so that it looks incomplete. */
  fail(error: unknown, response: ServerResponse, log: RequestLog, headers?: Record<string, string>): void {
    const known = toKvError(error);
    const status = statusOf(known.code);
    if (status === 500) this.#report(error);
    if (response.headersSent) response.destroy();
    else sendError(this, response, known, headers);
    log.answered(status);
  }

  /** What has nobody to be answered to. */
  unexpected(error: unknown): void {
    this.#report(error);
  }
}

type Handler = (
  state: ServiceState,
  query: string,
  request: KvRequest,
  response: ServerResponse,
  log: RequestLog,
) => void;

const entity: Record<string, { operation: Operation; handle: Handler }> = {
  GET: {
    operation: 'GET /v0/entity',
    handle: getEntity,
  },
  PUT: { operation: 'PUT /v0/entity', handle: putEntity },
  DELETE: {
    operation: 'DELETE /v0/entity',
    handle: (state, query, _, response, log) => deleteEntity(state, query, response, log),
  },
};

const paths: Record<string, Record<string, { operation: Operation; handle: Handler }>> = {
  '/v0/entities': { GET: { operation: 'GET /v0/entities', handle: getEntities } },
  '/v0/status': {
    GET: {
      operation: 'GET /v0/status',
      handle: (state, _, __, response, log) => sendStatus(state, response, log),
    },
  },
};

/** Handles one request. Never throws. */
export function handle(
  state: ServiceState,
  metrics: Metrics,
  request: KvRequest,
  response: ServerResponse,
): void {
  const { path, query } = parseTarget(request.url!);
  const methods = path === '/v0/entity' ? entity : Object.hasOwn(paths, path) ? paths[path]! : undefined;
  const route = methods?.[request.method!];
  if (route === undefined) {
    if (path === '/metrics' && request.method === 'GET') {
      sendMetrics(state, metrics, request, response);
      return;
    }
    refuse(state, path, path === '/metrics' ? ['GET'] : methods && Object.keys(methods), request, response);
    return;
  }
  const log = new RequestLog(route.operation, state, request, response);
  try {
    route.handle(state, query, request, response, log);
  } catch (error) {
    discard(request);
    state.fail(error, response, log);
  }
}

/** An `Expect` header that the service does not know. */
export function refuseExpectation(
  state: ServiceState,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const log = new RequestLog('other', state, request, response);
  discard(request);
  const error = new KvError(
    'KV_EXPECTATION_FAILED',
    `'Expect: ${request.headers.expect}' is not known; only 100-continue is`,
  );
  state.fail(error, response, log);
}

function refuse(
  state: ServiceState,
  path: string,
  allowed: string[] | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const log = new RequestLog('other', state, request, response);
  discard(request);
  if (allowed !== undefined) {
    const error = new KvError(
      'KV_METHOD_NOT_ALLOWED',
      `${path} takes ${allowed.join(', ')}, not ${request.method}`,
    );
    state.fail(error, response, log, { Allow: allowed.join(', ') });
    return;
  }
  const known = ['/v0/entity', ...Object.keys(paths), '/metrics'].join(', ');
  state.fail(
    new KvError('KV_PATH_UNKNOWN', `there is no '${path.slice(0, 100)}'; the paths are ${known}`),
    response,
    log,
  );
}

function sendMetrics(
  state: ServiceState,
  metrics: Metrics,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const log = new RequestLog('GET /metrics', state, request, response);
  metrics.text().then(
    (text) => {
      sendText(state, response, 200, metrics.contentType, text);
      log.answered(200);
    },
    (error) => state.fail(error, response, log),
  );
}
