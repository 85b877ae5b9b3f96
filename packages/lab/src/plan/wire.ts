import type { Target } from '../client/target.ts';

export interface WireRequest {
  readonly method: string;
  /** Path and query, or `*`. */
  readonly path: string;
  readonly host: string;
  /** Names in lower case, values one character a byte; never connection headers, host or content-length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

const BODY_EXPECTED: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The request as bytes: a Latin-1 string where there is no body, as it costs less to write. */
export function encodeRequest(request: WireRequest, target: Target): string | Buffer {
  const path = request.path === '*' ? '*' : target.basePath + request.path;
  let head = `${request.method} ${path} HTTP/1.1\r\nhost: ${request.host}\r\n`;
  for (const name in request.headers) head += `${name}: ${request.headers[name]}\r\n`;
  if (!('accept' in request.headers)) head += 'accept: */*\r\n';
  if (!('user-agent' in request.headers)) head += 'user-agent: cowpath\r\n';
  const { body } = request;
  if (!body && !BODY_EXPECTED.has(request.method)) return `${head}\r\n`;
  head += `content-length: ${body?.length ?? 0}\r\n\r\n`;
  return body ? Buffer.concat([Buffer.from(head, 'latin1'), body]) : head;
}
