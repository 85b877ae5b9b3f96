import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { KvError, type KvErrorCode } from '../contract/errors.ts';

const STATUS: Partial<Record<KvErrorCode, number>> = {
  KV_REQUEST_INVALID: 400,
  KV_PATH_UNKNOWN: 400,
  KV_METHOD_NOT_ALLOWED: 405,
  KV_REQUEST_TIMEOUT: 408,
  KV_VALUE_TOO_LARGE: 413,
  KV_EXPECTATION_FAILED: 417,
  KV_HEADERS_TOO_LARGE: 431,
  KV_BUSY: 503,
  KV_CLOSED: 503,
  KV_READ_ONLY: 503,
  KV_NOT_ENOUGH_REPLICAS: 504,
  KV_DISK_FULL: 507,
};

export function statusOf(code: KvErrorCode): number {
  return STATUS[code] ?? 500;
}

/** `{"error": code, "message": …}`, as every error is answered. */
export function errorBody(error: KvError): string {
  return `${JSON.stringify({ error: error.code, message: error.message })}\n`;
}

/** What is thrown while a request is handled, as one of our errors. An unknown one keeps its text out of the answer. */
export function toKvError(error: unknown): KvError {
  return error instanceof KvError
    ? error
    : new KvError('KV_IO', 'an unexpected error; see the log of the service', error);
}

/** Of the service: whether it is stopping. */
interface Stopping {
  readonly stopping: boolean;
}

/** A service that stops tells its clients to use another connection, even when it began to stop after they asked. */
function begin(
  state: Stopping,
  response: ServerResponse,
  status: number,
  headers: string[] | OutgoingHttpHeaders,
): void {
  if (state.stopping) response.shouldKeepAlive = false;
  response.writeHead(status, headers);
}

/** Up to this size a value that is no text goes out as a Latin-1 string, to share a write with the head. */
const JOINED_BYTES_MAX = 4_096;

export function sendValue(state: Stopping, response: ServerResponse, value: Uint8Array): void {
  begin(state, response, 200, valueHeaders(value.byteLength));
  if (value.byteLength > JOINED_BYTES_MAX) {
    response.end(value);
    return;
  }
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  response.end(bytes.toString('latin1'), 'latin1');
}

/** Sends a value that is the UTF-8 of `text`. Returns its bytes. */
export function sendValueText(state: Stopping, response: ServerResponse, text: string): number {
  const bytes = Buffer.byteLength(text);
  begin(state, response, 200, valueHeaders(bytes));
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
  return bytes;
}

function valueHeaders(bytes: number): string[] {
  return ['Content-Type', 'application/octet-stream', 'Content-Length', String(bytes)];
}

export function sendEmpty(state: Stopping, response: ServerResponse, status: number): void {
  if (state.stopping) response.shouldKeepAlive = false;
  // The length, 0, is put in by Node, for less than it would take to check a header of ours.
  response.statusCode = status;
  response.end();
}

export function sendError(
  state: Stopping,
  response: ServerResponse,
  error: KvError,
  headers: Record<string, string> = {},
): number {
  const status = statusOf(error.code);
  const body = errorBody(error);
  begin(state, response, status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(status === 503 ? { 'Retry-After': '1' } : {}),
    ...headers,
  });
  response.end(body);
  return status;
}

export function sendText(
  state: Stopping,
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): void {
  begin(state, response, status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
