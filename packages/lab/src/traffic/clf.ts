import { isIP } from 'node:net';
import type { TrafficBuilder } from './builder.ts';
import { isHeader, isMethod, requestTarget } from './request.ts';

/**
 * Common and Combined Log Format, as Apache and nginx write them, with or without the virtual host in front
 * and with anything after the fields of Combined. Lines are read as Latin-1, so that bytes outside ASCII
 * come through as they were.
 */
const LINE =
  /^(\S+) (\S+) (.+?) \[([^\]]{1,64})\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: (?:\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?)?(?: .*)?$/s;

const TIME =
  /^(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ([+-])(\d\d):?(\d\d)$/;

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

export function looksLikeClf(line: string): boolean {
  return LINE.test(line);
}

export function readClfLine(text: string, line: number, builder: TrafficBuilder): void {
  if (text.trim() === '' || text.startsWith('#')) {
    builder.skip('blank');
    return;
  }
  const fields = LINE.exec(text);
  if (!fields) {
    builder.reject(line, 'not Common or Combined Log Format');
    return;
  }
  const [, first, second, rest, time, requestField, status, referer, agent] = fields as unknown as string[];
  const at_ms = parseClfTime(time!);
  if (at_ms === undefined) {
    builder.reject(line, `time ${JSON.stringify(time)} is not like 17/May/2015:10:05:03 +0000`);
    return;
  }
  const request = unescapeField(requestField!);
  if (request === '-' || request === '') {
    builder.skip('no-request');
    return;
  }
  const parts = parseRequestLine(request);
  if (!parts) {
    builder.reject(line, `request ${JSON.stringify(requestField!.slice(0, 60))} is not METHOD PATH PROTOCOL`);
    return;
  }
  if (parts.method === 'CONNECT') {
    builder.skip('connect');
    return;
  }
  // `vhost:port client ident user`: an address in second place is the client, for ident never is one.
  const vhost = isIP(second!) ? first! : undefined;
  const headers: Record<string, string> = {};
  addHeader(headers, 'referer', referer);
  addHeader(headers, 'user-agent', agent);
  const user = vhost ? rest!.split(' ').slice(1).join(' ') : rest!;
  builder.add({
    line,
    at_ms,
    method: parts.method,
    path: parts.path,
    host: parts.host ?? vhost,
    headers,
    status: status === '-' ? undefined : Number(status),
    client: vhost ? second : first,
    user: user === '-' || user === '' ? undefined : user,
  });
}

/** Reads `METHOD PATH PROTOCOL`; spaces within the path are kept, a missing protocol is HTTP/0.9. */
export function parseRequestLine(
  request: string,
): { method: string; path: string; host?: string | undefined } | undefined {
  const method = /^\S+/.exec(request)?.[0] ?? '';
  if (!isMethod(method)) return undefined;
  const rest = request
    .slice(method.length)
    .trim()
    .replace(/ HTTP\/\d(?:\.\d)?$/, '');
  if (method === 'CONNECT') return { method, path: rest };
  const target = requestTarget(rest, 'latin1');
  return target && { method, ...target };
}

/** @returns milliseconds since the epoch */
export function parseClfTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, day, monthName, year, hour, minute, second, fraction, sign, zoneHours, zoneMinutes] =
    match as unknown as string[];
  const month = MONTHS.indexOf(monthName!);
  if (month === -1 || month % 3 !== 0) return undefined;
  const zone_min = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const utc = Date.UTC(Number(year), month / 3, Number(day), Number(hour), Number(minute), Number(second));
  const ms = utc - zone_min * 60_000 + (fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0);
  return Number.isNaN(ms) ? undefined : ms;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  v: '\v',
  f: '\f',
  a: '\x07',
};

/** Undoes the escaping of Apache and nginx: `\"`, `\\`, `\n`, `\xhh`. */
function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_, hex: string | undefined, char: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (ESCAPES[char] ?? char),
  );
}

function addHeader(headers: Record<string, string>, name: string, field: string | undefined): void {
  if (field === undefined || field === '-' || field === '') return;
  const value = unescapeField(field);
  // A header that could not have been sent as logged is left out; the request itself is sound.
  if (isHeader(name, value)) headers[name] = value;
}
