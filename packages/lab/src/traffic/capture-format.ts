/**
 * The capture format, version 1: what `cowpath record --capture` writes and `cowpath replay` reads. JSON
 * lines in UTF-8, optionally gzipped; this file is its specification.
 *
 * The first line is a `CaptureHeader`. Every other line is a `CaptureRequest`, in the order in which requests
 * ended, or a `CaptureEnd`, which a process writes when it ends in order. Files of several processes may be
 * concatenated: a further header sets the origin of time for the lines after it. Readers ignore fields they do
 * not know.
 *
 * Secrets never reach the file: the values of `authorization`, `cookie`, `proxy-authorization`, `x-api-key`
 * and of any header or query parameter the recorder was told of are replaced by `redacted:` and the first 12
 * hexadecimal digits of an HMAC-SHA-256 of the value under a key that lives as long as the capture and is not
 * kept. So the same secret has the same name throughout, sessions stay apart, and nothing can be recovered.
 * Of a cookie header the names stay: `cookie: session=redacted:9f86d081884c; theme=redacted:0b1c…`.
 */
export const CAPTURE_FORMAT = 'cowpath-capture';
export const CAPTURE_VERSION = 1;
export const REDACTED = 'redacted:';

export interface CaptureHeader {
  readonly format: typeof CAPTURE_FORMAT;
  readonly version: typeof CAPTURE_VERSION;
  /** Origin of `at_ms`: ISO 8601. */
  readonly started: string;
  /** Whether request bodies were recorded (opt-in). */
  readonly bodies: boolean;
}

export interface CaptureRequest {
  /** Start of the request, milliseconds since `started`, fractions allowed. */
  readonly at_ms: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly host?: string;
  /** Names in lower case; secrets redacted. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as text, or in base64 where `body_encoding` says so; absent unless opted in. */
  readonly body?: string;
  readonly body_encoding?: 'utf8' | 'base64';
  /** The body was larger than the recorder's limit and is not here; such a request is not replayed. */
  readonly body_truncated?: true;
  /** Route template: `/books/:id`. */
  readonly route?: string;
  readonly status?: number;
  /** From the start of the request to the end of its answer. */
  readonly duration_ms?: number;
}

export interface CaptureEnd {
  readonly end: true;
  readonly requests: number;
  /** Requests that were not written because of a limit. */
  readonly dropped: number;
}
