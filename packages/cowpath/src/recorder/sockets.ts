import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const KNOWN_PORTS: ReadonlyMap<number, string> = new Map([
  [5432, 'Postgres'],
  [6432, 'PgBouncer'],
  [5433, 'Postgres'],
  [3306, 'MySQL'],
]);

/**
 * Notices sockets that look like a database's: their port is a database's usual one, or the one that the
 * environment names. When no driver was seen loading, that is what the user needs to be told.
 */
export class DatabaseSockets {
  readonly seen: Map<string, number> = new Map();
  readonly #ports: ReadonlyMap<number, string>;

  constructor(env: NodeJS.ProcessEnv) {
    const ports = new Map(KNOWN_PORTS);
    const named = Number(env['PGPORT']);
    if (Number.isInteger(named)) ports.set(named, 'Postgres');
    try {
      const { protocol, port } = new URL(env['DATABASE_URL'] ?? '');
      if (port !== '') ports.set(Number(port), protocol.startsWith('mysql') ? 'MySQL' : 'Postgres');
    } catch {
      // Not a URL: nothing to learn from it.
    }
    this.#ports = ports;
  }

  /**
   * Starts to watch; returns the way to stop. Once `driverSeen`, nobody needs to be told, and sockets are left alone.
   * The port is what the socket says it tries: reading `remotePort` would leave a property on it, and with that another
   * hidden class, for which Node's code of sockets is slower.
   */
  start(driverSeen: () => boolean): () => void {
    const opened = (message: unknown): void => {
      const socket = (message as { socket?: Socket }).socket;
      if (driverSeen()) return;
      socket?.once('connectionAttempt', (_address: string, port: number) => {
        const kind = this.#ports.get(port);
        if (kind) socket.once('connect', () => this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1));
      });
    };
    subscribe('net.client.socket', opened);
    return () => void unsubscribe('net.client.socket', opened);
  }
}
