import type { Segment } from './format.ts';
import { FORMAT_NAME, FORMAT_VERSION } from './format.ts';
import { bucketOf } from './histogram.ts';

/** What is wrong with a profile file, and where in it. */
export class ProfileFormatError extends Error {
  readonly code: 'COWPATH_PROFILE_DAMAGED' | 'COWPATH_PROFILE_FOREIGN' | 'COWPATH_PROFILE_NEWER';
  /** The field (`contexts[3].runs`) or the byte (`byte 812`). */
  readonly where: string;

  constructor(code: ProfileFormatError['code'], where: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProfileFormatError';
    this.code = code;
    this.where = where;
  }
}

/**
 * Checks a segment's text against `format.ts`.
 *
 * @throws ProfileFormatError naming the field, or the byte where the text stops being JSON
 */
export function parseSegment(text: string): Segment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const byte = Buffer.byteLength(text.slice(0, jsonErrorOffset(text, cause)));
    const message = `not valid JSON at byte ${byte} of ${Buffer.byteLength(text)}`;
    throw new ProfileFormatError('COWPATH_PROFILE_DAMAGED', `byte ${byte}`, message, { cause });
  }
  const format = isObject(value) ? value.format : undefined;
  if (format !== FORMAT_NAME) {
    const message = `format: expected "${FORMAT_NAME}", got ${show(format)}; this is not a Cowpath profile`;
    throw new ProfileFormatError('COWPATH_PROFILE_FOREIGN', 'format', message);
  }
  const version = (value as Record<string, unknown>).version;
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    const message = `version: this file has version ${version}, this Cowpath reads up to ${FORMAT_VERSION}; update Cowpath`;
    throw new ProfileFormatError('COWPATH_PROFILE_NEWER', 'version', message);
  }
  SEGMENT(value, '');
  return value as Segment;
}

/** Checks a value found at a path; throws when it is not what it should be. */
type Check = (value: unknown, at: string) => void;

function fail(at: string, expected: string, value: unknown): never {
  throw new ProfileFormatError(
    'COWPATH_PROFILE_DAMAGED',
    at,
    `${at}: expected ${expected}, got ${show(value)}`,
  );
}

const string: Check = (value, at) => {
  if (typeof value !== 'string') fail(at, 'a string', value);
};
const finite: Check = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(at, 'a number', value);
};
const count: Check = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    fail(at, 'a number, 0 or more', value);
};
/** The last moment that a Date can hold. */
const TIME_MS_MAX = 8.64e15;
const time: Check = (value, at) => {
  count(value, at);
  if ((value as number) > TIME_MS_MAX) fail(at, 'milliseconds since 1970', value);
};
const boolean: Check = (value, at) => {
  if (typeof value !== 'boolean') fail(at, 'true or false', value);
};
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, at) => {
    if (!allowed.includes(value)) fail(at, allowed.map((one) => JSON.stringify(one)).join(' or '), value);
  };
const nullable =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at);
  };
const optional =
  (check: Check): Check =>
  (value, at) => {
    if (value !== undefined) check(value, at);
  };
const list =
  (check: Check, min = 0): Check =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < min)
      fail(at, min > 0 ? `a list of at least ${min}` : 'a list', value);
    for (const [i, element] of value.entries()) check(element, `${at}[${i}]`);
  };
const object =
  (fields: Record<string, Check>): Check =>
  (value, at) => {
    if (!isObject(value)) fail(at || 'the file', 'an object', value);
    for (const name of Object.keys(fields)) fields[name]!(value[name], at ? `${at}.${name}` : name);
  };
const counts: Check = (value, at) => {
  if (!isObject(value)) fail(at, 'an object', value);
  for (const [name, times] of Object.entries(value)) count(times, `${at}.${name}`);
};

const ENTITY = object({ database: string, schema: nullable(string), table: string });
/** The bucket of the largest value that is recorded. */
const BUCKET_MAX = bucketOf(Number.MAX_SAFE_INTEGER);
const HISTOGRAM: Check = (value, at) => {
  object({ n: count, sum: count, max: count, b: list(count) })(value, at);
  const buckets = (value as { b: number[] }).b;
  if (buckets.length % 2 !== 0) fail(`${at}.b`, 'pairs of bucket and count', buckets.length);
  for (let i = 0; i < buckets.length; i += 2) {
    const bucket = buckets[i]!;
    const rises = i === 0 || bucket > buckets[i - 2]!;
    if (!Number.isInteger(bucket) || bucket > BUCKET_MAX || !rises)
      fail(`${at}.b[${i}]`, `a bucket from 0 to ${BUCKET_MAX}, above the one before`, bucket);
  }
};
const ORIGINS: Record<string, Check> = {
  query: object({ entity: nullable(ENTITY), by: list(string), order: list(string) }),
  created: object({ entity: ENTITY }),
  write: object({ entity: ENTITY, by: list(string), verb: oneOf('update', 'delete', 'merge') }),
  named: object({ name: string }),
  opaque: object({ because: string }),
};
const ORIGIN: Check = (value, at) => {
  const kind = isObject(value) ? value.kind : undefined;
  const check = typeof kind === 'string' && Object.hasOwn(ORIGINS, kind) ? ORIGINS[kind] : undefined;
  if (!check) fail(`${at}.kind`, Object.keys(ORIGINS).join(' or '), kind);
  check(value, at);
};
const REFERENCE = object({
  from: ENTITY,
  from_columns: list(string, 1),
  to: ENTITY,
  to_columns: list(string, 1),
  via: nullable(ENTITY),
  holder: oneOf('from', 'to', 'both', 'neither'),
  many: boolean,
  known_by: oneOf('foreign-key', 'inferred', 'exact'),
  or_columns: list(list(string, 1)),
});
const SITE_FRAME = object({ file: string, line: count, column: count, function: nullable(string) });
const USE = object({
  place: list(string, 1),
  queries: count,
  objects: count,
  keys: count,
  roots: count,
  repeats: count,
  failed: count,
  time: HISTOGRAM,
  wait: HISTOGRAM,
  sites: optional(list(object({ frames: list(SITE_FRAME), samples: count }))),
});
const EVIDENCE = object({
  tested: count,
  explained: count,
  log_ratio: finite,
  signatures: count,
  siblings: count,
  followed: count,
  values: count,
  single: optional(count),
});
const PLAN_STEP: Check = (value, at) =>
  object({
    node: string,
    relation: nullable(string),
    index: nullable(string),
    condition: nullable(string),
    loops: count,
    rows_in: count,
    rows_out: count,
    rows_planned: count,
    time_ns: count,
    blocks_hit: count,
    blocks_read: count,
    children: list(PLAN_STEP),
  })(value, at);
const PLAN = object({ samples: count, planning_ns: count, execution_ns: count, root: PLAN_STEP });
const STEP: Check = (value, at) => {
  object({
    origin: nullable(ORIGIN),
    reference: nullable(REFERENCE),
    otherwise: nullable(ORIGIN),
    statements: list(string),
    uses: list(USE),
    evidence: nullable(EVIDENCE),
    depth: count,
    plan: nullable(PLAN),
    children: list(STEP),
  })(value, at);
};
const TRAIL: Check = (value, at) => {
  STEP(value, at);
  if ((value as { origin: unknown }).origin === null)
    fail(`${at}.origin`, 'an origin at the top of a trail', null);
  follows((value as { children: unknown[] }).children, at);
};
/** Below the top every step has a reference. */
function follows(children: readonly unknown[], at: string): void {
  for (const [i, child] of children.entries()) {
    const step = child as { reference: unknown; children: unknown[] };
    if (step.reference === null)
      fail(`${at}.children[${i}].reference`, 'a reference below the top of a trail', null);
    follows(step.children, `${at}.children[${i}]`);
  }
}
const SEGMENT = object({
  version: oneOf(FORMAT_VERSION),
  program: string,
  node: string,
  pid: count,
  thread: count,
  from_ms: time,
  to_ms: time,
  contexts: list(object({ path: list(string, 1), runs: count, wall: HISTOGRAM, trails: list(TRAIL) })),
  statements: list(object({ hash: string, text: string })),
  notes: counts,
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Where JSON.parse stopped: V8 says so in its message; a text that just ends is wrong at its end. */
function jsonErrorOffset(text: string, error: unknown): number {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  return position ? Number(position[1]) : text.length;
}
