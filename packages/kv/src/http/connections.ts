import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

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
