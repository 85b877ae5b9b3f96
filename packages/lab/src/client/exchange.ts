/**
 * Why a request got no complete answer. An answer with any status, 500 included, is not one of these.
 *
 * - `refused`, `dns`, `unreachable`: no connection could be made
 * - `tls`: the handshake failed
 * - `timeout`: no complete answer within `timeout_ms` of being handed to the client, connecting included
 * - `reset`: the connection ended before the answer did
 * - `protocol`: what came back is not HTTP/1.1
 * - `aborted`: the run ended first
 */
export type ExchangeError =
  | 'refused'
  | 'dns'
  | 'unreachable'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'aborted';

/** One request and where its outcome goes. `settle` is called exactly once, never before `send` returns. */
export interface Exchange {
  /** The whole request as it goes over the wire. A string is sent as Latin-1. */
  readonly wire: string | Buffer;
  /** Whether the answer has a head only (HEAD): its content-length announces no body. */
  readonly headOnly: boolean;
  /** Whether it may be sent again on a new connection when a kept-alive one turned out to be closed. */
  readonly retriable: boolean;
  /** The answer's head as text, status line included. Called before any `onBody`. */
  readonly onHead?: ((head: string) => void) | undefined;
  /** A piece of the decoded body (chunk framing removed, content-encoding kept). */
  readonly onBody?: ((piece: Buffer) => void) | undefined;
  /** @param status 0 when there is an error @param bytes body bytes received */
  settle(status: number, bytes: number, error: ExchangeError | undefined): void;
}

const ERROR_BY_CODE: Readonly<Record<string, ExchangeError>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EMFILE: 'unreachable',
  ENFILE: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

/** The kind of a socket error; `connected` says whether the connection had been made. */
export function exchangeErrorOf(error: NodeJS.ErrnoException, connected: boolean): ExchangeError {
  const code = error.code ?? '';
  const kind = ERROR_BY_CODE[code];
  if (kind) return kind;
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(code)) return 'tls';
  return connected ? 'reset' : 'unreachable';
}
