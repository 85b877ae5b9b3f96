import type { IncomingMessage, ServerResponse } from 'node:http';
import { KvError } from '../contract/errors.ts';
import type { Entry, EntryCursor } from '../engine/engine.ts';
import { optionalKey, requiredKey } from './query.ts';
import { encodeEnd, encodeEntries, type Form, FRAMES_TYPE } from './records.ts';
import type { RequestLog } from './request-log.ts';
import type { ServiceState } from './service.ts';

/** The first batch is small, so that a short range is answered soon; each next one is twice as large. */
const FIRST_BATCH_ENTRIES = 64;
const BATCH_ENTRIES_MAX = 4_096;

/** GET /v0/entities: streams `[start, end)`. Holds two batches at most, whatever the range's size. */
export function getEntities(
  state: ServiceState,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
  log: RequestLog,
): void {
  const start = requiredKey(query, 'start');
  const end = optionalKey(query, 'end');
  if (state.openRanges >= state.options.ranges_max) {
    throw new KvError('KV_BUSY', `${state.openRanges} ranges are being streamed already; try again`);
  }
  const cursor = state.engine.range(start, end);
  state.openRanges += 1;
  const reader = new Reader(state, request, response);
  const cut = setTimeout(() => request.socket.destroy(), state.options.range_duration_ms_max);
  const batches = new Batches(cursor, state.options.read_ahead, log);
  stream(state, batches, formOf(request), reader, response, log)
    .then(
      () => log.answered(200),
      (error) => state.fail(error, response, log),
    )
    .finally(() => {
      clearTimeout(cut);
      state.openRanges -= 1;
      return cursor.close();
    })
    .catch((error) => state.unexpected(error));
}

function formOf(request: IncomingMessage): Form {
  if (request.headers.accept?.includes(FRAMES_TYPE)) return 'frames';
  return request.httpVersionMinor === 0 && request.httpVersionMajor === 1 ? 'plain' : 'chunks';
}

async function stream(
  state: ServiceState,
  batches: Batches,
  form: Form,
  reader: Reader,
  response: ServerResponse,
  log: RequestLog,
): Promise<void> {
  // The head waits for the first batch: an engine that fails at once is still answered with its status.
  let entries = await batches.next();
  sendHead(state, response, form);
  while (entries.length > 0) {
    const bytes = encodeEntries(entries, form);
    log.bytesOut += bytes.byteLength;
    batches.readAhead();
    if (!response.write(bytes)) await reader.ready();
    if (reader.gone) return;
    entries = await batches.next();
  }
  response.end(encodeEnd(form));
}

function sendHead(state: ServiceState, response: ServerResponse, form: Form): void {
  if (state.stopping) response.shouldKeepAlive = false;
  if (form === 'frames') {
    response.writeHead(200, { 'Content-Type': FRAMES_TYPE });
    return;
  }
  const type = { 'Content-Type': 'application/octet-stream' };
  if (form === 'plain') {
    response.shouldKeepAlive = false;
    response.writeHead(200, type);
    return;
  }
  response.writeHead(200, { ...type, 'Transfer-Encoding': 'chunked' });
  // The chunks are framed already, one a record: Node must not put its own around a batch of them.
  response.chunkedEncoding = false;
}

/** Whether the client can take more. */
class Reader {
  gone = false;
  #wake: (() => void) | undefined;

  constructor(state: ServiceState, request: IncomingMessage, response: ServerResponse) {
    response.on('drain', () => this.#wake?.());
    state.connections.whenOver(request.socket, response, () => {
      this.gone = true;
      this.#wake?.();
    });
  }

  /** Fulfilled when the last write has been taken or the client has gone. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.gone) resolve();
    });
  }
}

/** The batches of a cursor, each twice the last, the next one read ahead where wanted. */
class Batches {
  readonly #cursor: EntryCursor;
  readonly #ahead: boolean;
  readonly #log: RequestLog;
  #size = FIRST_BATCH_ENTRIES;
  #pending: Promise<readonly Entry[]> | undefined;

  constructor(cursor: EntryCursor, ahead: boolean, log: RequestLog) {
    this.#cursor = cursor;
    this.#ahead = ahead;
    this.#log = log;
  }

  async next(): Promise<readonly Entry[]> {
    const asked_ms = performance.now();
    const entries = await (this.#pending ?? this.#read());
    this.#pending = undefined;
    const times = this.#log.times;
    if (times !== undefined) {
      // Of a range, the time in which sending waited for the engine.
      times.finished_ms += performance.now() - asked_ms;
    }
    return entries;
  }

  readAhead(): void {
    if (!this.#ahead) return;
    this.#pending = this.#read();
    // It is awaited by `next()`, or nobody is left to be told.
    this.#pending.catch(() => undefined);
  }

  #read(): Promise<readonly Entry[]> {
    const size = this.#size;
    this.#size = Math.min(2 * size, BATCH_ENTRIES_MAX);
    return this.#cursor.next(size);
  }
}
