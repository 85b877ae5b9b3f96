import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_MS = 1_000;

/** The open connections of a server, and who wants to know of their end. */
export class Connections {
  readonly #open = new Map<Socket, Set<() => void>>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, new Set());
      socket.once('close', () => {
        const listeners = this.#open.get(socket) ?? [];
        this.#open.delete(socket);
        for (const listener of listeners) listener();
      });
    });
  }

  /**
   * Closes those on which a request is under way and nothing has moved for `stalled_ms`, or up to a second more.
   *
   * `server.timeout` would set a timer for each request and take it down again, a fiftieth of a small one's CPU; here
   * only those get one that are under way when somebody looks. Node replaces it when the request has been answered:
   * `timeout` is 0 from the arrival of a request until then.
   *
   * @returns stops it
   */
  closeStalled(stalled_ms: number): () => void {
    const looks = setInterval(
      () => {
        for (const socket of this.#open.keys()) if (!socket.timeout) socket.setTimeout(stalled_ms);
      },
      Math.min(LOOK_MS, stalled_ms),
    );
    looks.unref();
    return () => clearInterval(looks);
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * Calls `listener` once, when the answer has been sent or its connection has gone. Node tells the latter only
   * to the response whose turn it is on a connection, and not to those that wait behind it.
   */
  whenOver(socket: Socket, response: ServerResponse, listener: () => void): void {
    const listeners = this.#open.get(socket);
    const over = (): void => {
      response.off('close', over);
      listeners?.delete(over);
      listener();
    };
    if (listeners === undefined) {
      listener();
      return;
    }
    response.on('close', over);
    listeners.add(over);
  }

  /** Closes those on which nothing has ever arrived: Node does not count them as idle. */
  closeSilent(): void {
    for (const socket of this.#open.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}
