import { onTestFinished } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import type { LevelDbOptions } from '../../src/engine/leveldb/options.ts';
import type { ServerOptions } from '../../src/http/options.ts';
import { type KvServer, serve } from '../../src/http/server.ts';
import { newDirectory } from './places.ts';

export interface Service extends KvServer {
  readonly engine: Engine;
  readonly directory: string;
  /** What the service reported as unexpected. */
  readonly reported: unknown[];
  /** Stops the server and closes the engine. */
  shut(): Promise<void>;
}

export interface ServiceSetting {
  readonly directory?: string;
  readonly engine?: LevelDbOptions;
  readonly server?: ServerOptions;
  /** Put between the service and its engine, to hold it up or to watch it. */
  readonly around?: (engine: Engine) => Engine;
}

/** A service on a free port over a real LevelDB, shut when the test ends. */
export async function startService(setting: ServiceSetting = {}): Promise<Service> {
  const directory = setting.directory ?? (await newDirectory());
  const opened = await openLevelDb(directory, setting.engine);
  const engine = setting.around?.(opened) ?? opened;
  const reported: unknown[] = [];
  const server = await serve(engine, { port: 0, stop_grace_ms: 2_000, ...setting.server }, (error) =>
    reported.push(error),
  );
  const shut = async (): Promise<void> => {
    await server.stop();
    await opened.close();
  };
  onTestFinished(shut);
  return { ...server, engine, directory, reported, shut };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export async function ask(
  service: { url: string },
  method: string,
  path: string,
  body?: Uint8Array | string,
): Promise<Reply> {
  const answer = await fetch(service.url + path, {
    method,
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
  });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** Every byte percent-encoded. */
export function encoded(key: Uint8Array): string {
  return Array.from(key, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

export const put = async (
  service: { url: string },
  key: string,
  value: Uint8Array | string,
): Promise<number> => (await ask(service, 'PUT', `/v0/entity?id=${encodeURIComponent(key)}`, value)).status;

export const get = (service: { url: string }, key: string): Promise<Reply> =>
  ask(service, 'GET', `/v0/entity?id=${encodeURIComponent(key)}`);
