import { type Dispatcher, errors, Pool } from 'undici';
import { KvError, type KvErrorCode } from '../contract/errors.ts';
import { checkKey, checkValue } from '../contract/keys.ts';
import { FRAMES_TYPE } from '../http/records.ts';
import type { ServiceStatus } from '../http/status.ts';
import { type KvEntry, readFrames } from './frames.ts';
import { type ClientOptions, clientOptions } from './options.ts';
import { Attempt, withRetries } from './retry.ts';

export type { KvEntry } from './frames.ts';
export type { ClientOptions } from './options.ts';

/** A key or value: bytes, or a string, which stands for its UTF-8. */
export type BytesLike = Uint8Array | string;

/**
 * A client of one service.
 *
 * Reads are retried when the connection breaks, the time runs out or the server is busy (503). Writes are
 * retried only where they were certainly not applied (not connected, or 503), unless `retry_writes` is set.
 *
 *     const kv = new KvClient('http://127.0.0.1:8080');
 *     await kv.put('greeting', 'hello');
 *     for await (const { key, value } of kv.range('a', 'z')) console.log(`${key} = ${value}`);
 *     await kv.close();
 */
export class KvClient {
  readonly #pool: Pool;
  readonly #options: Required<ClientOptions>;

  /** @throws {KvOptionError} for wrong options; a `TypeError` for a wrong URL. */
  constructor(url: string, options: ClientOptions = {}) {
    this.#options = clientOptions(options);
    this.#pool = new Pool(new URL(url).origin, {
      connections: this.#options.connections_max,
      connect: { timeout: this.#options.timeout_ms },
      headersTimeout: this.#options.timeout_ms,
      bodyTimeout: this.#options.timeout_ms,
    });
  }

  /** The value, or undefined when there is none. */
  async get(key: BytesLike): Promise<Buffer | undefined> {
    const path = entityPath(key);
    return this.#retry(true, async () => {
      const answer = await this.#attempt('GET', path);
      if (answer.status === 404) return undefined;
      return expect(answer, 200);
    });
  }

  /** Fulfilled when the value is stored as the service's durability says. */
  async put(key: BytesLike, value: BytesLike): Promise<void> {
    const path = entityPath(key);
    const bytes = toBytes(value);
    checkValue(bytes);
    await this.#retry(false, async () => expect(await this.#attempt('PUT', path, bytes), 201));
  }

  /** Deleting what is not there is no error. */
  async delete(key: BytesLike): Promise<void> {
    const path = entityPath(key);
    await this.#retry(false, async () => expect(await this.#attempt('DELETE', path), 202));
  }

  /**
   * The entries with `start <= key < end` in the order of their bytes; without `end`, to the last key. They are
   * read as you go; leaving the loop ends the request. Beginning is retried; a range that breaks later throws.
   */
  async *range(start: BytesLike, end?: BytesLike): AsyncGenerator<KvEntry, void, undefined> {
    const path = `/v0/entities?start=${encodeKey(start)}${end === undefined ? '' : `&end=${encodeKey(end)}`}`;
    const answer = await this.#retry(true, async () => {
      const response = await this.#send({ method: 'GET', path, headers: { accept: FRAMES_TYPE } });
      if (response.statusCode === 200) return response;
      expect({ status: response.statusCode, body: await bodyOf(response) }, 200);
      return response;
    });
    try {
      yield* readFrames(answer.body);
    } catch (error) {
      throw error instanceof KvError ? error : toAttempt(error).error;
    } finally {
      answer.body.on('error', () => undefined).destroy();
    }
  }

  /** The service's health, whether it is well (200) or not (503). Not retried. */
  async status(): Promise<ServiceStatus> {
    const rules = { retries_max: 0, retry_wait_ms: 0, repeatable: false };
    const { status, body } = await withRetries(rules, () => this.#attempt('GET', '/v0/status'));
    try {
      if (status === 200 || status === 503) return JSON.parse(body.toString()) as ServiceStatus;
    } catch {
      // Not our service's answer: said below.
    }
    throw new KvError(
      'KV_RESPONSE_INVALID',
      `/v0/status answered ${status} with '${body.toString('utf8', 0, 100)}'`,
    );
  }

  /** Waits for the requests under way, then closes the connections. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  #retry<T>(read: boolean, attempt: () => Promise<T>): Promise<T> {
    return withRetries({ ...this.#options, repeatable: read || this.#options.retry_writes }, attempt);
  }

  async #attempt(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: Uint8Array): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeout_ms);
    const response = await this.#send({ method, path, signal, ...(body === undefined ? {} : { body }) });
    return { status: response.statusCode, body: await bodyOf(response) };
  }

  async #send(request: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#pool.request(request);
    } catch (error) {
      throw toAttempt(error);
    }
  }
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

async function bodyOf(response: Dispatcher.ResponseData): Promise<Buffer> {
  try {
    return Buffer.from(await response.body.bytes());
  } catch (error) {
    throw toAttempt(error);
  }
}

/** The body of an answer with the expected status. @throws {Attempt} for every other. */
function expect(answer: Answer, status: number): Buffer {
  if (answer.status === status) return answer.body;
  const error = errorOf(answer);
  // 503 says that nothing was done. 504 says that too few replicas answered, which some may have done.
  throw new Attempt(
    error,
    answer.status === 504 ? 'maybe' : 'no',
    answer.status === 503 || answer.status === 504,
  );
}

function errorOf({ status, body }: Answer): KvError {
  try {
    const { error, message } = JSON.parse(body.toString()) as { error: KvErrorCode; message: string };
    if (typeof error === 'string' && error.startsWith('KV_'))
      return new KvError(error, `${status}: ${message}`);
  } catch {
    // Not one of our errors: said below.
  }
  return new KvError(
    'KV_RESPONSE_INVALID',
    `the server answered ${status} with '${body.toString('utf8', 0, 100)}'`,
  );
}

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function toAttempt(cause: unknown): Attempt {
  if (cause instanceof Attempt) return cause;
  const code = (cause as { code?: string }).code ?? '';
  if (NOT_CONNECTED.has(code) || cause instanceof errors.ConnectTimeoutError) {
    return new Attempt(new KvError('KV_UNREACHABLE', `not connected: ${String(cause)}`, cause), 'no', true);
  }
  const late = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError;
  if (late || (cause as Error).name === 'TimeoutError') {
    return new Attempt(
      new KvError('KV_CLIENT_TIMEOUT', 'no answer in time; a write may have been applied', cause),
      'maybe',
      true,
    );
  }
  return new Attempt(
    new KvError('KV_UNREACHABLE', `the connection broke: ${String(cause)}`, cause),
    'maybe',
    true,
  );
}

function toBytes(value: BytesLike): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function entityPath(key: BytesLike): string {
  return `/v0/entity?id=${encodeKey(key)}`;
}

const UNRESERVED = /^[A-Za-z0-9_.~-]*$/;

/** Percent-encodes every byte that is not unreserved in RFC 3986. */
function encodeKey(key: BytesLike): string {
  const bytes = toBytes(key);
  checkKey(bytes, 'the key');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (UNRESERVED.test(text)) return text;
  return text.replaceAll(
    /[^A-Za-z0-9_.~-]/g,
    (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}
