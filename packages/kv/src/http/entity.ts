import type { IncomingMessage, ServerResponse } from 'node:http';
import { KvError } from '../contract/errors.ts';
import { NOT_TEXT } from '../engine/engine.ts';
import { type Body, type BodyReader, readBody } from './body.ts';
import { UNACCOUNTED_BYTES } from './budget.ts';
import { checkReplicas, plainKey, requiredKey } from './query.ts';
import { sendEmpty, sendValue, sendValueText } from './reply.ts';
import type { KvRequest } from './request.ts';
import type { RequestLog } from './request-log.ts';
import type { ServiceState } from './service.ts';

/** GET: 200 with the value, or 404. */
export function getEntity(
  state: ServiceState,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
  log: RequestLog,
): void {
  if (log.times !== undefined) log.requested_ms = performance.now();
  const plain = plainKey(query, 'id=');
  if (plain !== undefined && state.engine.getText !== undefined) {
    const text = state.engine.getText(plain, log.times);
    if (text !== NOT_TEXT) {
      answerText(state, text, response, log);
      return;
    }
  }
  const key = requiredKey(query, 'id');
  checkReplicas(query, state.engine.supports.replicas);
  const value = state.engine.get(key, log.times);
  // The common case has no promise: it would be a fifth of the engine's time.
  if (!(value instanceof Promise)) {
    answerValue(state, value, request, response, log);
    return;
  }
  value.then(
    (found) => answerValue(state, found, request, response, log),
    (error) => state.fail(error, response, log),
  );
}

/** PUT: 201 when the value is stored as the service's durability says. */
export function putEntity(
  state: ServiceState,
  query: string,
  request: KvRequest,
  response: ServerResponse,
  log: RequestLog,
): void {
  const key = requiredKey(query, 'id');
  checkReplicas(query, state.engine.supports.replicas);
  readBody(request, state.budget, new Put(state, key, response, log));
}

/** A PUT whose body is coming. */
class Put implements BodyReader {
  readonly #state: ServiceState;
  readonly #key: Uint8Array;
  readonly #response: ServerResponse;
  readonly #log: RequestLog;

  constructor(state: ServiceState, key: Uint8Array, response: ServerResponse, log: RequestLog) {
    this.#state = state;
    this.#key = key;
    this.#response = response;
    this.#log = log;
  }

  done({ bytes, taken }: Body): void {
    const log = this.#log;
    log.bytesIn = bytes.byteLength;
    if (log.times !== undefined) log.requested_ms = performance.now();
    this.#state.engine.put(this.#key, bytes, log.times).then(
      () => {
        this.#state.budget.give(taken);
        sendEmpty(this.#state, this.#response, 201);
        log.answered(201);
      },
      (error) => {
        this.#state.budget.give(taken);
        this.refused(error);
      },
    );
  }

  refused(error: unknown): void {
    this.#state.fail(error, this.#response, this.#log);
  }

  abandoned(): void {
    this.#log.abandoned();
  }
}

/** DELETE: 202, whether there was a value or not. */
export function deleteEntity(
  state: ServiceState,
  query: string,
  response: ServerResponse,
  log: RequestLog,
): void {
  const key = requiredKey(query, 'id');
  checkReplicas(query, state.engine.supports.replicas);
  if (log.times !== undefined) log.requested_ms = performance.now();
  state.engine.delete(key, log.times).then(
    () => {
      sendEmpty(state, response, 202);
      log.answered(202);
    },
    (error) => state.fail(error, response, log),
  );
}

/** A text is small enough to need no account of its bytes. */
function answerText(
  state: ServiceState,
  text: string | undefined,
  response: ServerResponse,
  log: RequestLog,
): void {
  if (text === undefined) {
    sendEmpty(state, response, 404);
    log.answered(404);
    return;
  }
  log.bytesOut = sendValueText(state, response, text);
  log.answered(200);
}

function answerValue(
  state: ServiceState,
  value: Uint8Array | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: RequestLog,
): void {
  if (value === undefined) {
    sendEmpty(state, response, 404);
    log.answered(404);
    return;
  }
  const bytes = value.byteLength;
  if (bytes > UNACCOUNTED_BYTES) {
    if (!state.budget.take(bytes)) {
      state.fail(
        new KvError('KV_BUSY', 'too many bytes of other requests are in memory; try again'),
        response,
        log,
      );
      return;
    }
    state.connections.whenOver(request.socket, response, () => state.budget.give(bytes));
  }
  log.bytesOut = bytes;
  sendValue(state, response, value);
  log.answered(200);
}
