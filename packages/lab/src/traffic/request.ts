/** A request as some log recorded it, before anything is decided about sending it. */
export interface RecordedRequest {
  /** Where it stood: 1-based line of the log, or entry of a HAR. */
  readonly line: number;
  /** When it started, in milliseconds since the epoch; undefined where the log has no time. */
  readonly at_ms: number | undefined;
  readonly method: string;
  /** Path and query as sent: begins with `/`, or is `*`; ASCII without spaces or controls. */
  readonly path: string;
  readonly host?: string | undefined;
  /** Names in lower case; never hop-by-hop headers, host or content-length. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Buffer | undefined;
  /** The status that was answered then. */
  readonly status?: number | undefined;
  /** The route template, where the log knows it: `/books/:id`. */
  readonly route?: string | undefined;
  /** Address of the client, as logged. */
  readonly client?: string | undefined;
  /** Authenticated user, as logged. */
  readonly user?: string | undefined;
}

const METHOD = /^[A-Z][A-Z0-9_-]{0,31}$/;

/** Whether it can be the method of a request; methods are upper case in practice. */
export function isMethod(text: string): boolean {
  return METHOD.test(text);
}

export interface RequestTarget {
  readonly path: string;
  readonly host?: string | undefined;
}

/**
 * Brings the target of a request line, or a URL, to path and host. What may not stand in a request line
 * (spaces, controls, bytes above 0x7e) is percent-encoded, so that no log line can smuggle in a second
 * request; everything else stays as it was recorded.
 * @param encoding how characters above 0x7e are encoded: one byte each (logs read as Latin-1), or as UTF-8
 * @returns undefined for what is no target
 */
export function requestTarget(raw: string, encoding: 'latin1' | 'utf8'): RequestTarget | undefined {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)(.*)$/is.exec(raw);
  const host = absolute ? absolute[1] || undefined : undefined;
  let path = absolute ? absolute[2]! : raw;
  const fragment = path.indexOf('#');
  if (fragment !== -1) path = path.slice(0, fragment);
  if (absolute && !path.startsWith('/')) path = `/${path}`;
  if (path !== '*' && !path.startsWith('/')) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must be encoded
  path = path.replace(/[\x00-\x20\x7f-\u{10ffff}]+/gu, (run) => percentEncode(run, encoding));
  return { path, host };
}

function percentEncode(text: string, encoding: 'latin1' | 'utf8'): string {
  return Buffer.from(text, encoding)
    .toString('hex')
    .replace(/../g, (hex) => `%${hex.toUpperCase()}`);
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is refused
const HEADER_VALUE_FORBIDDEN = /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/;

const NOT_SENT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether name (lower case) and value, one character a byte, can stand in a request. */
export function isHeader(name: string, value: string): boolean {
  return HEADER_NAME.test(name) && !HEADER_VALUE_FORBIDDEN.test(value);
}

const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d{0,5})?$/;

/** Whether it can be the value of a Host header: a name or an address, and perhaps a port (RFC 3986, 3.2.2). */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** Whether a recorded header belongs to the connection it came by and is not sent again. */
export function belongsToConnection(name: string): boolean {
  return NOT_SENT.has(name) || name.startsWith(':');
}
