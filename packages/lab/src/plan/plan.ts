import type { Target } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { checkNames, checkNumber } from '../options.ts';
import type { Traffic } from '../traffic/builder.ts';
import { REDACTED } from '../traffic/capture-format.ts';
import { isHost, type RecordedRequest } from '../traffic/request.ts';
import { parsePattern } from './pattern.ts';
import { assignRoutes } from './route.ts';
import type { ApplyRules } from './rules.ts';
import { offsets } from './schedule.ts';
import { encodeRequest } from './wire.ts';

/** Why a request of the log is not sent. */
export type OmitReason =
  /** Its method may change data, and `unsafe` is not set. */
  | 'unsafe'
  /** A filter leaves it out. */
  | 'filtered'
  /** It has no time, and the pace is the recorded one. */
  | 'no-time'
  /** Its path or body held a secret, which was not recorded. */
  | 'redacted'
  /** Beyond `requests`. */
  | 'over-limit';

const HOW_TO_SEND: Readonly<Record<OmitReason, string>> = {
  unsafe: 'by methods that may change data, which --unsafe sends too',
  filtered: 'left out by --only or --except',
  'no-time': 'without a time, which only --pace max sends',
  redacted: 'with a secret that was not recorded',
  'over-limit': 'beyond --requests',
};

/** Why nothing of a log is sent, and what would send it. */
export function nothingToSend(path: string, requests: number, { omitted }: Pick<Plan, 'omitted'>): LabError {
  const why = (Object.keys(omitted) as OmitReason[]).map(
    (reason) => `${omitted[reason]} ${HOW_TO_SEND[reason]}`,
  );
  return new LabError(
    'LOG_EMPTY',
    `nothing of ${path} is left to send: of ${requests} requests, ${why.join('; ')}`,
  );
}

/** A request ready to be sent. */
export interface PlannedRequest {
  readonly method: string;
  readonly path: string;
  readonly wire: string | Buffer;
  /** Index into `Plan.routes`. */
  readonly route: number;
  /** Whether it only reads: GET, HEAD or OPTIONS. */
  readonly safe: boolean;
  /** The status recorded for it. */
  readonly status: number | undefined;
  readonly line: number;
}

/** What will be sent and what not: `traffic requests = requests + all omitted`. */
export interface Plan {
  readonly requests: readonly PlannedRequest[];
  /** Intended start of each, milliseconds after the first, ascending; empty for a plan that has no times. */
  readonly offsets_ms: Float64Array;
  readonly routes: readonly string[];
  readonly omitted: Readonly<Partial<Record<OmitReason, number>>>;
  /** Recorded header values that were redacted and that no rule replaced; they are not sent. */
  readonly redacted_headers: number;
  /** Query parameters whose values were redacted; they are not sent. */
  readonly redacted_parameters: number;
}

export interface PlanOptions {
  /** Whether offsets are needed, so that requests without a time cannot be sent. */
  readonly timed: boolean;
  /** Patterns; a request is kept when any of `only` (if given) and none of `except` fits. */
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[];
  /** Send methods other than GET, HEAD and OPTIONS too. */
  readonly unsafe?: boolean;
  /** Most requests to send. */
  readonly requests?: number | undefined;
  /** Patterns that group requests into one route. */
  readonly routes?: readonly string[];
  readonly routes_max?: number;
  /** What the Host header says: the target's own (default; also where none that can be one was recorded), `'recorded'`, or this text. */
  readonly host?: string | undefined;
  readonly rules?: ApplyRules | undefined;
  /** Silences in the log longer than this are cut to it, before any factor. */
  readonly gap_ms_max?: number | undefined;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const OPTION_NAMES = [
  'timed',
  'only',
  'except',
  'unsafe',
  'requests',
  'routes',
  'routes_max',
  'host',
  'rules',
  'gap_ms_max',
];

/** @throws LabError BAD_OPTION */
export function makePlan(traffic: Traffic, target: Target, options: PlanOptions): Plan {
  checkNames('a plan', options, OPTION_NAMES);
  const limit =
    options.requests === undefined
      ? Number.POSITIVE_INFINITY
      : checkNumber('requests', options.requests, { min: 1, integer: true });
  const routes_max = checkNumber('routes_max', options.routes_max ?? 200, {
    min: 1,
    max: 10_000,
    integer: true,
  });
  if (options.host !== undefined && !isHost(options.host)) {
    throw new LabError(
      'BAD_OPTION',
      `host is ${JSON.stringify(options.host)}; expected "recorded", or a name such as shop.example.org:8080`,
    );
  }
  const mixed = options.timed && traffic.account.without_time > 0;
  const inOrder = mixed
    ? traffic.requests.toSorted((a, b) => (a.at_ms ?? 0) - (b.at_ms ?? 0))
    : traffic.requests;
  const { kept, omitted } = choose(inOrder, options, limit);
  const routes = assignRoutes(kept, options.routes ?? [], routes_max);
  const offsets_ms = options.timed
    ? offsets(kept, traffic.time_resolution_ms, options.gap_ms_max)
    : new Float64Array();
  let redacted_headers = 0;
  let redacted_parameters = 0;
  const requests = kept.map((request, i): PlannedRequest => {
    const headers = { ...request.headers };
    options.rules?.(request, headers);
    for (const [name, value] of Object.entries(headers)) {
      if (!value.includes(REDACTED)) continue;
      delete headers[name];
      redacted_headers++;
    }
    const { path, left_out } = withoutRedacted(request.path);
    redacted_parameters += left_out;
    const recorded = request.host !== undefined && isHost(request.host) ? request.host : target.host;
    const host = options.host === 'recorded' ? recorded : (options.host ?? target.host);
    return {
      method: request.method,
      path,
      wire: encodeRequest({ method: request.method, path, host, headers, body: request.body }, target),
      route: routes.of[i]!,
      safe: SAFE.has(request.method),
      status: request.status,
      line: request.line,
    };
  });
  return { requests, offsets_ms, routes: routes.names, omitted, redacted_headers, redacted_parameters };
}

/** A path without the query parameters whose values were redacted. */
function withoutRedacted(path: string): { readonly path: string; readonly left_out: number } {
  const at = path.indexOf('?');
  if (at === -1 || !path.includes(REDACTED, at)) return { path, left_out: 0 };
  const parameters = path.slice(at + 1).split('&');
  const kept = parameters.filter((parameter) => !parameter.includes(`=${REDACTED}`));
  const query = kept.length > 0 ? `?${kept.join('&')}` : '';
  return { path: path.slice(0, at) + query, left_out: parameters.length - kept.length };
}

function choose(requests: readonly RecordedRequest[], options: PlanOptions, limit: number) {
  const only = options.only?.map((pattern) => parsePattern(pattern));
  const except = options.except?.map((pattern) => parsePattern(pattern)) ?? [];
  const kept: RecordedRequest[] = [];
  const omitted: Partial<Record<OmitReason, number>> = {};
  for (const request of requests) {
    const reason = reasonToOmit(request);
    if (reason) omitted[reason] = (omitted[reason] ?? 0) + 1;
    else kept.push(request);
  }
  return { kept, omitted };

  function reasonToOmit(request: RecordedRequest): OmitReason | undefined {
    if (only?.some((matches) => matches(request)) === false || except.some((matches) => matches(request)))
      return 'filtered';
    if (!options.unsafe && !SAFE.has(request.method)) return 'unsafe';
    if (options.timed && request.at_ms === undefined) return 'no-time';
    if (request.path.split('?', 1)[0]!.includes(REDACTED) || request.body?.includes(REDACTED))
      return 'redacted';
    return kept.length >= limit ? 'over-limit' : undefined;
  }
}
