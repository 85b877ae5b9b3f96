import type { ServerResponse } from 'node:http';
import type { Durability, EngineHealth } from '../engine/engine.ts';
import { sendText } from './reply.ts';
import type { RequestLog } from './request-log.ts';
import type { ServiceState } from './service.ts';

/** The body of `GET /v0/status`: 200 when `status` is `ok`, else 503. */
export interface ServiceStatus {
  readonly status: EngineHealth['status'] | 'stopping';
  /** With `read-only`: the error's code and what to do. */
  readonly code?: string;
  readonly reason?: string;
  readonly engine: string;
  readonly durability: Durability;
  readonly replicas: number;
  readonly uptime_s: number;
}

/** Asks the engine for nothing that it would have to wait for: a busy store answers as promptly as an idle one. */
export function sendStatus(state: ServiceState, response: ServerResponse, log: RequestLog): void {
  const health = state.engine.health();
  const body: ServiceStatus = {
    ...(state.stopping ? { status: 'stopping' } : health),
    engine: state.engine.name,
    durability: state.engine.durability,
    replicas: state.engine.supports.replicas,
    uptime_s: Math.round((performance.now() - state.started_ms) / 1_000),
  };
  const status = body.status === 'ok' ? 200 : 503;
  sendText(state, response, status, 'application/json', `${JSON.stringify(body)}\n`);
  log.answered(status);
}
