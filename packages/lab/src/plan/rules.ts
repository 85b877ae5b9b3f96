import { readFile } from 'node:fs/promises';
import { LabError } from '../errors.ts';
import { checkNames } from '../options.ts';
import type { RecordedRequest } from '../traffic/request.ts';
import { belongsToConnection, isHeader } from '../traffic/request.ts';
import { globOf, parsePattern } from './pattern.ts';

/**
 * A rule file: JSON, `{ "version": 1, "rules": [Rule] }`. Every rule whose `when` fits is applied, in order.
 * `${NAME}` in a value is the environment variable NAME, so that the file itself holds no secret.
 */
export interface Rule {
  /** All that is given must fit; absent, the rule is for every request. */
  readonly when?: {
    /** A pattern as for filters: `/account/*`, `POST /cart`. */
    readonly path?: string;
    /** Globs on the user and the client address as logged. */
    readonly user?: string;
    readonly client?: string;
    /** Globs by header name, on the value as recorded, `redacted:…` included. */
    readonly header?: Readonly<Record<string, string>>;
  };
  /**
   * Headers to set. Of several values one is chosen for each user (else cookie as recorded, else client
   * address) and kept for it, so that sessions stay apart.
   */
  readonly set?: Readonly<Record<string, string | readonly string[]>>;
  readonly remove?: readonly string[];
}

type Headers = Record<string, string>;

/** Applies compiled rules to a copy of a request's headers. */
export type ApplyRules = (request: RecordedRequest, headers: Headers) => void;

/** @throws LabError BAD_RULES, naming the file and the rule */
export async function readRules(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ApplyRules> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new LabError('BAD_RULES', `cannot read the rule file ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    return compileRules(document, environment);
  } catch (cause) {
    throw cause instanceof LabError
      ? new LabError(cause.code, `${path}: ${cause.message}`, { cause })
      : cause;
  }
}

/** @throws LabError BAD_RULES */
export function compileRules(document: unknown, environment: NodeJS.ProcessEnv): ApplyRules {
  if (!isObject(document) || document.version !== 1 || !Array.isArray(document.rules)) {
    throw new LabError('BAD_RULES', 'expected { "version": 1, "rules": [ … ] }');
  }
  checkNames('a rule file', document, ['version', 'rules'], 'BAD_RULES');
  const compiled = document.rules.map((rule, i) => compileRule(rule, `rule ${i + 1}`, environment));
  return (request, headers) => {
    for (const { fits, apply } of compiled) if (fits(request)) apply(request, headers);
  };
}

function compileRule(rule: unknown, name: string, environment: NodeJS.ProcessEnv) {
  if (!isObject(rule)) throw new LabError('BAD_RULES', `${name} is not an object`);
  checkNames(name, rule, ['when', 'set', 'remove'], 'BAD_RULES');
  if (!rule.set && !rule.remove) throw new LabError('BAD_RULES', `${name} neither sets nor removes a header`);
  const set = Object.entries(object(rule.set, `${name}: "set"`)).map(([key, value]) => {
    const values = (Array.isArray(value) ? value : [value]).map((one) =>
      expand(one, `${name}: "set" ${key}`, environment),
    );
    const header = headerName(key, name);
    if (values.length === 0) throw new LabError('BAD_RULES', `${name}: "set" ${key} has no value`);
    if (!values.every((one) => isHeader(header, one)))
      throw new LabError('BAD_RULES', `${name}: the value of ${key} cannot stand in a header`);
    return { header, values };
  });
  if (rule.remove !== undefined && !Array.isArray(rule.remove))
    throw new LabError('BAD_RULES', `${name}: "remove" is not a list`);
  const remove = ((rule.remove ?? []) as unknown[]).map((key) => headerName(String(key), name));
  return {
    fits: compileWhen(rule.when, name),
    apply(request: RecordedRequest, headers: Headers): void {
      for (const header of remove) delete headers[header];
      for (const { header, values } of set)
        headers[header] = values[values.length === 1 ? 0 : hash(identity(request)) % values.length]!;
    },
  };
}

function compileWhen(when: unknown, name: string): (request: RecordedRequest) => boolean {
  const conditions = object(when, `${name}: "when"`);
  checkNames(`${name}: "when"`, conditions, ['path', 'user', 'client', 'header'], 'BAD_RULES');
  const path =
    conditions.path === undefined
      ? undefined
      : parsePattern(string(conditions.path, `${name}: path`), 'BAD_RULES');
  const user = conditions.user === undefined ? undefined : globOf(string(conditions.user, `${name}: user`));
  const client =
    conditions.client === undefined ? undefined : globOf(string(conditions.client, `${name}: client`));
  const headers = Object.entries(object(conditions.header, `${name}: header`)).map(
    ([key, glob]) => [key.toLowerCase(), globOf(string(glob, `${name}: header ${key}`))] as const,
  );
  return (request) =>
    (!path || path(request)) &&
    (!user || user.test(request.user ?? '')) &&
    (!client || client.test(request.client ?? '')) &&
    headers.every(([key, glob]) => glob.test(request.headers?.[key] ?? ''));
}

function headerName(key: string, name: string): string {
  const header = key.toLowerCase();
  if (!isHeader(header, ''))
    throw new LabError('BAD_RULES', `${name}: ${JSON.stringify(key)} is not a header name`);
  if (belongsToConnection(header))
    throw new LabError(
      'BAD_RULES',
      `${name}: ${header} is not for rules to set${header === 'host' ? '; use --host' : ''}`,
    );
  return header;
}

function expand(value: unknown, where: string, environment: NodeJS.ProcessEnv): string {
  return string(value, where).replace(/\$\{([A-Za-z_]\w*)\}/g, (_, variable: string) => {
    const found = environment[variable];
    if (found === undefined)
      throw new LabError('BAD_RULES', `${where} uses the environment variable ${variable}, which is not set`);
    return found;
  });
}

function identity(request: RecordedRequest): string {
  return request.user ?? request.headers?.cookie ?? request.headers?.authorization ?? request.client ?? '';
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new LabError('BAD_RULES', `${where} is not an object`);
  return value;
}

function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new LabError('BAD_RULES', `${where} is not a string`);
  return value;
}
