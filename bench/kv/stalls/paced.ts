import { connect, type Socket } from 'node:net';
import { Answer } from '../load.ts';
import { clock_ms, type Span } from './clock.ts';

export interface PacedRequest {
  readonly operation: 'GET' | 'PUT';
  readonly bytes: Buffer;
}

/** A request that took longer than was asked about; the span begins when it was due. */
export interface SlowRequest extends Span {
  readonly operation: 'GET' | 'PUT';
}

export interface PacedResult {
  /** From when a request was due to its last byte. Unsorted. */
  readonly latencies_ms: number[];
  readonly slow: SlowRequest[];
  /** When this process itself was late by more than `SELF_LATE_MS`. */
  readonly late: Span[];
  /** Requests that had no answer `ANSWER_LIMIT_MS` after the end. */
  readonly unanswered: number;
}

const CONNECTIONS_MAX = 512;
const ANSWER_LIMIT_MS = 10_000;
const SELF_LATE_MS = 10;
/** Node's servers close a connection that has idled for five seconds. */
const IDLE_MS_MAX = 2_000;

interface Due {
  readonly request: PacedRequest;
  readonly due_ms: number;
}

/**
 * An open loop over raw sockets: requests fall due at a steady rate whatever becomes of the others, so that a
 * stall shows in every request that was due meanwhile. Each waits on a connection of its own; connections are
 * opened as they are needed and kept.
 */
export class Pacer {
  readonly #port: number;
  /** The one used last is used next. */
  readonly #free: { readonly socket: Socket; readonly since_ms: number }[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #backlog: Due[] = [];
  #underWay = 0;
  #send: ((socket: Socket, due: Due) => void) | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends for `duration_ms`, then waits for the answers. Rejects when a connection breaks or a status is wrong. */
  run(
    rate_per_s: number,
    duration_ms: number,
    slow_ms: number,
    next: () => PacedRequest,
  ): Promise<PacedResult> {
    const result: PacedResult & { unanswered: number } = {
      latencies_ms: [],
      slow: [],
      late: [],
      unanswered: 0,
    };
    const began_ms = clock_ms();
    const requests = Math.floor((rate_per_s * duration_ms) / 1_000);
    let sent = 0;
    let ticked_ms = began_ms;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearInterval(ticks);
        resolve(result);
      };
      const fail = (error: Error): void => {
        clearInterval(ticks);
        reject(error);
      };
      this.#send = (socket, due) => {
        const answer = new Answer();
        socket.removeAllListeners();
        socket.on('error', fail);
        socket.on('close', () => fail(new Error('the server closed a connection')));
        socket.on('data', (chunk) => {
          if (!answer.receive(chunk)) return;
          if (answer.status < 200 || answer.status > 299) {
            fail(new Error(`an answer of ${answer.status}`));
            return;
          }
          const now = clock_ms();
          result.latencies_ms.push(now - due.due_ms);
          if (now - due.due_ms > slow_ms)
            result.slow.push({ operation: due.request.operation, from_ms: due.due_ms, to_ms: now });
          this.#underWay -= 1;
          const waiting = this.#backlog.shift();
          if (waiting !== undefined) this.#send!(socket, waiting);
          else this.#release(socket, now);
        });
        socket.write(due.request.bytes);
      };
      const ticks = setInterval(() => {
        const now = clock_ms();
        if (now - ticked_ms > SELF_LATE_MS) result.late.push({ from_ms: ticked_ms, to_ms: now });
        ticked_ms = now;
        for (; sent < requests && began_ms + (sent * 1_000) / rate_per_s <= now; sent++)
          this.#dispatch({ request: next(), due_ms: began_ms + (sent * 1_000) / rate_per_s }, fail);
        if (sent < requests) return;
        if (this.#underWay > 0 && now - began_ms < duration_ms + ANSWER_LIMIT_MS) return;
        result.unanswered = this.#underWay;
        done();
      }, 1);
    });
  }

  /** Drops all connections. */
  close(): void {
    for (const socket of this.#sockets) drop(socket);
    this.#sockets.clear();
    this.#free.length = 0;
  }

  #release(socket: Socket, since_ms: number): void {
    socket.removeAllListeners();
    // A server may close a connection that idles; it is dropped before it would be used again.
    socket.on('error', () => drop(socket));
    this.#free.push({ socket, since_ms });
  }

  #dispatch(due: Due, fail: (error: Error) => void): void {
    this.#underWay += 1;
    const free = this.#free.pop();
    if (free !== undefined && clock_ms() - free.since_ms < IDLE_MS_MAX) {
      this.#send!(free.socket, due);
      return;
    }
    // All below it have idled for longer.
    for (const { socket } of free === undefined ? [] : [free, ...this.#free.splice(0)]) {
      this.#sockets.delete(socket);
      drop(socket);
    }
    if (this.#sockets.size >= CONNECTIONS_MAX) {
      this.#backlog.push(due);
      return;
    }
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#sockets.add(socket);
    socket.once('error', fail);
    socket.once('connect', () => this.#send!(socket, due));
  }
}

function drop(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  socket.destroy();
}
