import { parseTarget } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { checkNames, checkNumber } from '../options.ts';
import type { Plan, PlannedRequest } from '../plan/plan.ts';
import { encodeRequest } from '../plan/wire.ts';
import { belongsToConnection, isHeader, isMethod, requestTarget } from '../traffic/request.ts';
import { RUN_OPTION_NAMES, type RunOptions, type RunOutcome, runPlan } from './run-plan.ts';

export interface LoadOptions extends RunOptions {
  /** Default GET. Others than GET, HEAD and OPTIONS need `unsafe`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  readonly unsafe?: boolean;
  /** Requests a second, evenly (open loop). Without it, closed loop. */
  readonly rate?: number | undefined;
  /** Closed loop: requests kept in flight; default 10. */
  readonly in_flight?: number;
  /** Requests in all; else `time_s_max` decides (default 10). */
  readonly requests?: number | undefined;
}

const LOAD_OPTION_NAMES = [
  ...RUN_OPTION_NAMES,
  'method',
  'headers',
  'body',
  'unsafe',
  'rate',
  'in_flight',
  'requests',
] as const;

const PLANNED_MAX = 10_000_000;

/**
 * Sends one request over and over.
 * @throws LabError BAD_OPTION, BAD_TARGET, TARGET_DOWN
 */
export async function load(url: string, options: LoadOptions = {}): Promise<RunOutcome> {
  checkNames('load', options, LOAD_OPTION_NAMES);
  const { rate, requests } = options;
  if (rate !== undefined) checkNumber('rate', rate, { min: 0, above: true, max: 1_000_000 });
  if (requests !== undefined) checkNumber('requests', requests, { min: 1, max: PLANNED_MAX, integer: true });
  const time_s_max = options.time_s_max ?? (requests === undefined ? 10 : undefined);
  if (time_s_max !== undefined) checkNumber('time_s_max', time_s_max, { min: 0, above: true });
  const request = plannedRequest(url, options);
  const target = parseTarget(new URL('/', request.url).href);
  const count = rate === undefined ? (requests ?? 1) : (requests ?? Math.ceil(rate * time_s_max!));
  if (count > PLANNED_MAX)
    throw new LabError('BAD_OPTION', `${count} requests planned; at most ${PLANNED_MAX} in one run`);
  const plan: Plan = {
    requests: Array<PlannedRequest>(count).fill(request.planned),
    offsets_ms:
      rate === undefined
        ? new Float64Array()
        : Float64Array.from({ length: count }, (_, i) => (i * 1000) / rate),
    routes: [`${request.planned.method} ${request.planned.path}`],
    omitted: {},
    redacted_headers: 0,
    redacted_parameters: 0,
  };
  const run = Object.fromEntries(
    RUN_OPTION_NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  const pace =
    rate === undefined
      ? { in_flight: options.in_flight ?? 10, repeat: requests === undefined }
      : { factor: 1 };
  // At a rate the time has become a number of requests; cutting the last of them off as late would be wrong.
  const limit = rate !== undefined && requests === undefined ? undefined : time_s_max;
  return runPlan(plan, target, pace, { ...run, time_s_max: limit }, null);
}

function plannedRequest(text: string, options: LoadOptions): { planned: PlannedRequest; url: string } {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const target = parseTarget(url);
  const method = options.method ?? 'GET';
  if (!isMethod(method))
    throw new LabError(
      'BAD_OPTION',
      `method ${JSON.stringify(method)} is not one; write it in capitals, such as GET`,
    );
  const safe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (!safe && !options.unsafe)
    throw new LabError('BAD_OPTION', `${method} may change data; add --unsafe to send it again and again`);
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(options.headers ?? {})) {
    const name = key.toLowerCase();
    if (belongsToConnection(name) || !isHeader(name, value))
      throw new LabError('BAD_OPTION', `header ${JSON.stringify(key)} cannot be set`);
    headers[name] = value;
  }
  const { path } = requestTarget(url, 'utf8')!;
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  const wire = encodeRequest({ method, path, host: target.host, headers, body }, { ...target, basePath: '' });
  return { url, planned: { method, path, wire, route: 0, safe, status: undefined, line: 0 } };
}
