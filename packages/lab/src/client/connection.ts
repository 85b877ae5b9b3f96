import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Exchange, type ExchangeError, exchangeErrorOf } from './exchange.ts';
import { type ResponseEvents, ResponseParser } from './response-parser.ts';
import type { Target } from './target.ts';

/** What a connection tells its client. */
export interface ConnectionOwner {
  /** The exchange is settled and the connection can carry another. */
  onIdle(connection: Connection): void;
  /** The connection is gone; `retry` is an exchange that no byte of an answer came for, `deadline` its own. */
  onClosed(connection: Connection, retry: Exchange | undefined, deadline: number): void;
}

/** One connection, one exchange at a time. */
export class Connection {
  /** Milliseconds (performance.now) at which the exchange in flight counts as timed out. */
  deadline: number = Number.POSITIVE_INFINITY;

  private readonly socket: Socket;
  private readonly owner: ConnectionOwner;
  private readonly parser = new ResponseParser();
  private exchange: Exchange | undefined;
  private connected = false;
  private served = 0;
  private closed = false;

  constructor(target: Target, owner: ConnectionOwner, insecure: boolean) {
    this.owner = owner;
    const address = { host: target.hostname, port: target.port };
    this.socket = target.secure
      ? connectTls({
          ...address,
          // An address is no server name (RFC 6066, section 3).
          servername: isIP(target.hostname) ? '' : target.hostname,
          rejectUnauthorized: !insecure,
          ALPNProtocols: ['http/1.1'],
        })
      : connectTcp({ ...address, noDelay: true });
    if (target.secure) this.socket.setNoDelay(true);
    this.socket.on(target.secure ? 'secureConnect' : 'connect', () => {
      this.connected = true;
    });
    this.socket.on('data', (chunk: Buffer) => this.onData(chunk));
    this.socket.on('end', () => this.onEnd());
    this.socket.on('error', (error) => this.fail(exchangeErrorOf(error, this.connected)));
    this.socket.on('close', () => this.fail('reset'));
  }

  /** Sends; the connection must be idle. Writing before it is connected is queued by the socket. */
  send(exchange: Exchange, deadline: number): void {
    this.exchange = exchange;
    this.deadline = deadline;
    const { onHead, onBody } = exchange;
    const events: ResponseEvents | undefined =
      onHead || onBody ? { onHead: (head) => onHead?.(head), onBody: (piece) => onBody?.(piece) } : undefined;
    this.parser.start(exchange.headOnly, events);
    this.socket.write(exchange.wire as string, 'latin1');
  }

  /** Ends it; an exchange in flight settles with `error`. */
  abort(error: ExchangeError): void {
    this.fail(error);
  }

  private onData(chunk: Buffer): void {
    const exchange = this.exchange;
    if (!exchange) {
      // A server may say why it closes an idle connection (408); it answers nothing we asked.
      this.fail('protocol');
      return;
    }
    let complete: boolean;
    try {
      complete = this.parser.push(chunk);
    } catch {
      this.fail('protocol');
      return;
    }
    if (complete) this.finish(exchange);
  }

  private onEnd(): void {
    if (this.exchange && this.parser.end()) this.finish(this.exchange);
    else this.fail('reset');
  }

  private finish(exchange: Exchange): void {
    const { status, bytes, keepAlive } = this.parser;
    this.exchange = undefined;
    this.deadline = Number.POSITIVE_INFINITY;
    this.served++;
    if (keepAlive) this.owner.onIdle(this);
    else this.shut(undefined);
    exchange.settle(status, bytes, undefined);
  }

  private fail(error: ExchangeError): void {
    if (this.closed) return;
    const exchange = this.exchange;
    this.exchange = undefined;
    // A kept-alive connection that the server had already closed says nothing about this request.
    const stale = error === 'reset' && this.served > 0 && !this.parser.started;
    const retry = exchange?.retriable && stale ? exchange : undefined;
    this.shut(retry);
    if (exchange && !retry) exchange.settle(0, this.parser.bytes, error);
  }

  private shut(retry: Exchange | undefined): void {
    const { deadline } = this;
    this.closed = true;
    this.deadline = Number.POSITIVE_INFINITY;
    this.socket.destroy();
    this.owner.onClosed(this, retry, deadline);
  }
}
