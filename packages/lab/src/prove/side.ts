import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient } from '../client/http-client.ts';
import { parseTarget, type Target } from '../client/target.ts';
import { waitForTarget } from '../client/wait-for-target.ts';
import { LabError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { encodeRequest } from '../plan/wire.ts';
import { Recorder } from '../run/recorder.ts';
import { fetchAnswer } from './fetch-answer.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';

export type SideName = 'before' | 'after';

/** A server to start, or one that runs already. */
export type SideSource = ServerCommand | { readonly url: string };

export interface SideOptions {
  /** A GET of this path with a status below 500 means the server is up. */
  readonly health: string;
  readonly wait_s: number;
  readonly connections_max: number;
  readonly timeout_ms: number;
}

const HEALTH_RETRY_MS = 50;
const START_ATTEMPTS_MAX = 3;

/** One of the two servers of a proof, up and healthy, and what was recorded of it. */
export class Side {
  readonly name: SideName;
  readonly target: Target;
  readonly server: ServerProcess | undefined;
  readonly client: HttpClient;
  plan: Plan;
  recorder: Recorder;

  private constructor(
    name: SideName,
    target: Target,
    server: ServerProcess | undefined,
    options: SideOptions,
  ) {
    this.name = name;
    this.target = target;
    this.server = server;
    this.client = new HttpClient(target, options);
    this.plan = {
      requests: [],
      offsets_ms: new Float64Array(),
      routes: [],
      omitted: {},
      redacted_headers: 0,
      redacted_parameters: 0,
    };
    this.recorder = new Recorder(0);
  }

  /**
   * Starts the server, if it is to be started, and waits until it is healthy.
   * @throws LabError SIDE_FAILED, TARGET_DOWN
   */
  static async open(
    name: SideName,
    source: SideSource,
    options: SideOptions,
    signal: AbortSignal | undefined,
  ): Promise<Side> {
    if ('url' in source) {
      const side = new Side(name, parseTarget(source.url), undefined, options);
      await side.untilHealthy(options, signal);
      return side;
    }
    for (let attempt = 1; ; attempt++) {
      const server = await ServerProcess.start(name, source);
      const side = new Side(name, parseTarget(`http://127.0.0.1:${server.port}`), server, options);
      try {
        await side.untilHealthy(options, signal);
        return side;
      } catch (error) {
        // Between finding a free port and its use anybody may take it.
        const again = attempt < START_ATTEMPTS_MAX && !signal?.aborted && server.foundPortTaken();
        await side.close();
        if (!again) throw error;
      }
    }
  }

  /** Takes the requests it will be sent, and starts its record. */
  use(plan: Plan): void {
    this.plan = plan;
    this.restartRecord();
  }

  /** Forgets what was recorded, warm-up for instance. */
  restartRecord(): void {
    this.recorder = new Recorder(this.plan.routes.length, true);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.server?.stop();
  }

  private async untilHealthy(
    { health, wait_s }: SideOptions,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { server, target } = this;
    if (!server) await waitForTarget(target, wait_s * 1000, signal);
    const wire = encodeRequest({ method: 'GET', path: health, host: target.host, headers: {} }, target);
    const until = performance.now() + wait_s * 1000;
    for (;;) {
      signal?.throwIfAborted();
      if (server?.ended) server.fail(`${server.ended} before it was up`);
      const { status, error } = await fetchAnswer(this.client, { wire, method: 'GET', safe: true });
      if (!error && status < 500) return;
      if (performance.now() >= until) {
        const what = `did not answer GET ${health} well within ${wait_s} s (${error ?? `status ${status}`})`;
        if (server)
          server.fail(
            `${what}; does it listen on the port in PORT, ${server.port}? {port} in the command is replaced too`,
          );
        throw new LabError('TARGET_DOWN', `the server ${this.name} at ${target.href} ${what}`);
      }
      await sleep(HEALTH_RETRY_MS);
    }
  }
}
