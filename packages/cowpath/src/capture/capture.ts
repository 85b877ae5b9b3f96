import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CaptureEnd, CaptureRequest } from '@cowpath/lab/capture-format';
import type { Context } from '@cowpath/profile';
import { PROVISIONAL } from '../contexts/provisional.ts';
import { BodyRoom, CapturedBody } from './body.ts';
import type { CaptureFile } from './file.ts';
import type { Redactor } from './redact.ts';

/** Requests under way that are remembered, so that a sudden end can still write them. */
const UNDER_WAY_MAX = 10_000;

/** Headers that belong to the connection or are written elsewhere. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

interface Arrived {
  readonly at_ms: number;
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: CapturedBody | null;
  readonly root: Context;
}

/**
 * Writes each request of the process's HTTP servers when its answer has ended. Nothing of a request is changed
 * or consumed: its head is copied as it arrives, its body as the parser hands it on.
 */
export class Capture {
  readonly #file: CaptureFile;
  readonly #redactor: Redactor;
  readonly #body_bytes_max: number;
  readonly #failed: (error: unknown) => void;
  readonly #underWay = new Set<Arrived>();
  readonly #room = new BodyRoom();
  #dropped = 0;

  constructor(
    file: CaptureFile,
    redactor: Redactor,
    body_bytes_max: number,
    failed: (error: unknown) => void,
  ) {
    this.#file = file;
    this.#redactor = redactor;
    this.#body_bytes_max = body_bytes_max;
    this.#failed = failed;
  }

  /** A request has arrived; its handler has not run yet. */
  onRequest(request: IncomingMessage, response: ServerResponse, root: Context): void {
    if (this.#underWay.size >= UNDER_WAY_MAX) {
      this.#dropped++;
      return;
    }
    const arrived: Arrived = {
      at_ms: performance.timeOrigin + performance.now() - this.#file.started_ms,
      method: request.method!,
      path: request.url ?? '/',
      rawHeaders: [...request.rawHeaders],
      body: this.#body_bytes_max > 0 ? CapturedBody.of(request, this.#body_bytes_max, this.#room) : null,
      root,
    };
    this.#underWay.add(arrived);
    response.once('close', () => {
      if (!this.#underWay.delete(arrived)) return;
      this.#write(arrived, response.headersSent ? response.statusCode : undefined);
    });
  }

  /** Writes what is under way, without an answer, and ends. */
  close(): void {
    for (const arrived of this.#underWay) this.#write(arrived, undefined);
    this.#underWay.clear();
    this.#file.flush();
    const { written, dropped } = this.#file;
    const end: CaptureEnd = { end: true, requests: written, dropped: dropped + this.#dropped };
    this.#file.close(JSON.stringify(end));
  }

  #write(arrived: Arrived, status: number | undefined): void {
    try {
      this.#file.append(JSON.stringify(this.#recordOf(arrived, status)));
    } catch (error) {
      this.#dropped++;
      this.#failed(error);
    } finally {
      arrived.body?.release();
    }
  }

  #recordOf(
    { at_ms, method, path, rawHeaders, body, root }: Arrived,
    status: number | undefined,
  ): CaptureRequest {
    const headers: Record<string, string> = {};
    let host: string | undefined;
    let type = '';
    let encoding = '';
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!.toLowerCase();
      const value = rawHeaders[i + 1]!;
      if (name === 'host' || name === ':authority') host = value;
      if (name === 'content-type') type = value;
      if (name === 'content-encoding') encoding = value.toLowerCase();
      if (LEFT_OUT.has(name) || name.startsWith(':')) continue;
      const clean = this.#redactor.header(name, value);
      const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
      headers[name] = known === undefined ? clean : known + (name === 'cookie' ? '; ' : ', ') + clean;
    }
    const ended_ms = performance.timeOrigin + performance.now();
    const route = routeOf(root);
    return {
      at_ms: rounded(at_ms),
      method,
      path: this.#redactor.text(path),
      ...(host === undefined ? {} : { host: this.#redactor.text(host) }),
      headers,
      ...(body === null ? {} : this.#bodyOf(body, type, encoding)),
      ...(route === undefined ? {} : { route }),
      ...(status === undefined
        ? {}
        : { status, duration_ms: rounded(ended_ms - this.#file.started_ms - at_ms) }),
    };
  }

  #bodyOf(
    body: CapturedBody,
    type: string,
    encoding: string,
  ): Pick<CaptureRequest, 'body' | 'body_encoding' | 'body_truncated'> {
    if (body.length === 0) return {};
    const whole = body.whole();
    const clean = whole && this.#redactor.body(whole, type, encoding);
    if (!clean) return { body_truncated: true };
    return isUtf8(clean)
      ? { body: clean.toString() }
      : { body: clean.toString('base64'), body_encoding: 'base64' };
  }
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The template that a router matched; undefined where none did. */
function routeOf(root: Context): string | undefined {
  if (root.slots?.[PROVISIONAL] !== undefined) return undefined;
  const template = root.name.slice(root.name.indexOf(' ') + 1);
  return template.startsWith('/') ? template : undefined;
}
