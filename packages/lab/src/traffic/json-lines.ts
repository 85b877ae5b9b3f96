import type { TrafficBuilder } from './builder.ts';
import { parseClfTime, parseRequestLine } from './clf.ts';
import { belongsToConnection, isHeader, isMethod, requestTarget } from './request.ts';

type Json = Record<string, unknown>;

/**
 * One JSON object a line. The fields are documented in docs/reference/lab.md; besides them, the shapes that
 * pino-http, Caddy and the usual nginx JSON templates write are read as they are. An object without any field
 * that holds a request is another kind of message and is skipped as such.
 */
export function readJsonLine(text: string, line: number, builder: TrafficBuilder): void {
  if (text.trim() === '') {
    builder.skip('blank');
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    builder.reject(line, 'not JSON');
    return;
  }
  if (!isObject(value)) {
    builder.reject(line, 'not a JSON object');
    return;
  }
  readJsonRequest(value, line, builder);
}

/** Reads a request from one object; also the body of the capture format. */
export function readJsonRequest(record: Json, line: number, builder: TrafficBuilder): void {
  const nested = [record.req, record.request, record.http].find(isObject);
  const requestLine = typeof record.request === 'string' ? parseRequestLine(record.request) : undefined;
  const source: Json = { ...record, ...nested, ...requestLine };
  const rawMethod = source.method ?? source.request_method;
  const rawPath = source.path ?? source.url ?? source.uri ?? source.request_uri;
  if (rawMethod === undefined && rawPath === undefined) {
    if (typeof record.request === 'string') builder.reject(line, '"request" is not METHOD PATH PROTOCOL');
    else builder.skip('not-a-request');
    return;
  }
  const method = typeof rawMethod === 'string' ? rawMethod.toUpperCase() : 'GET';
  const target = typeof rawPath === 'string' ? requestTarget(rawPath, 'utf8') : undefined;
  if (!isMethod(method) || (rawMethod !== undefined && typeof rawMethod !== 'string')) {
    builder.reject(line, `method ${JSON.stringify(rawMethod)} is not one`);
    return;
  }
  if (method === 'CONNECT') {
    builder.skip('connect');
    return;
  }
  if (!target) {
    builder.reject(line, `path ${JSON.stringify(rawPath)?.slice(0, 60)} does not begin with /`);
    return;
  }
  const at_ms = startOf(record);
  if (at_ms === 'bad') {
    builder.reject(line, 'time is neither ISO 8601 nor a number of seconds or milliseconds since 1970');
    return;
  }
  const headers = readHeaders(source.headers);
  const body = readBody(source.body, source.body_encoding);
  if (typeof headers === 'string' || typeof body === 'string') {
    builder.reject(line, typeof headers === 'string' ? headers : (body as string));
    return;
  }
  const response = [record.res, record.response].find(isObject);
  builder.add({
    line,
    at_ms,
    method,
    path: target.path,
    host: target.host ?? text(source.host) ?? text(source.hostname) ?? hostHeader(source.headers),
    headers,
    body,
    status: statusOf(
      record.status ?? record.status_code ?? record.statusCode ?? response?.statusCode ?? response?.status,
    ),
    route: text(source.route),
    client:
      text(source.client) ?? text(source.remote_addr) ?? text(source.remoteAddress) ?? text(source.remote_ip),
    user: text(source.user) ?? text(source.remote_user) ?? text(source.user_id),
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
}

function statusOf(value: unknown): number | undefined {
  const status = Number(value);
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : undefined;
}

/** `time` is the start. pino-http and Caddy stamp the end and give the duration, which is taken off. */
function startOf(record: Json): number | undefined | 'bad' {
  const raw =
    record.time ??
    record.timestamp ??
    record['@timestamp'] ??
    record.ts ??
    record.time_iso8601 ??
    record.time_local ??
    record.msec;
  if (raw === undefined || raw === null) return undefined;
  const stamp = timeOf(raw);
  if (stamp === undefined) return 'bad';
  if (isObject(record.req) && typeof record.responseTime === 'number') return stamp - record.responseTime;
  if (isObject(record.request) && typeof record.duration === 'number') return stamp - record.duration * 1000;
  return stamp;
}

/** Below this a number is seconds since 1970 (until the year 5138), from it on milliseconds. */
const SECONDS_BELOW = 100_000_000_000;
/** From here on it is microseconds or finer, and would be a recorded pace a thousand times too slow. */
const MILLISECONDS_BELOW = SECONDS_BELOW * 1000;

function timeOf(raw: unknown): number | undefined {
  if (typeof raw === 'number' || (typeof raw === 'string' && /^\d+(\.\d+)?$/.test(raw))) {
    const number = Number(raw);
    if (!(number >= 0 && number < MILLISECONDS_BELOW)) return undefined;
    return number < SECONDS_BELOW ? number * 1000 : number;
  }
  if (typeof raw !== 'string') return undefined;
  const parsed = Date.parse(raw);
  return Number.isNaN(parsed) ? parseClfTime(raw) : parsed;
}

/** @returns the headers to send again, or what is wrong with them */
function readHeaders(raw: unknown): Record<string, string> | undefined | string {
  if (raw === undefined || raw === null) return undefined;
  if (!isObject(raw)) return 'headers is not an object of names and values';
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    const name = key.toLowerCase();
    if (belongsToConnection(name)) continue;
    const joined = Array.isArray(value) ? value.join(name === 'cookie' ? '; ' : ', ') : String(value);
    // As bytes: what is beyond Latin-1 goes over the wire as UTF-8.
    const bytes = /[^\0-\xff]/.test(joined) ? Buffer.from(joined).toString('latin1') : joined;
    if (!isHeader(name, bytes)) return `header ${JSON.stringify(key)} cannot be sent`;
    headers[name] = bytes;
  }
  return headers;
}

function hostHeader(raw: unknown): string | undefined {
  if (!isObject(raw)) return undefined;
  const value = Object.entries(raw).find(
    ([name]) => name.toLowerCase() === 'host' || name === ':authority',
  )?.[1];
  return text(Array.isArray(value) ? value[0] : value);
}

/** @returns the body, or what is wrong with it */
function readBody(raw: unknown, encoding: unknown): Buffer | undefined | string {
  if (raw === undefined || raw === null) return undefined;
  if (encoding !== undefined && encoding !== 'utf8' && encoding !== 'base64') {
    return `body_encoding ${JSON.stringify(encoding)} is neither "utf8" nor "base64"`;
  }
  if (typeof raw === 'string') return Buffer.from(raw, encoding ?? 'utf8');
  return Buffer.from(JSON.stringify(raw));
}
