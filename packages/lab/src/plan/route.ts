import type { RecordedRequest } from '../traffic/request.ts';
import { parsePattern, pathOnly } from './pattern.ts';

/** Where requests go that would make more routes than are kept. */
export const OTHER_ROUTE = 'other';

const ID_SEGMENTS: readonly RegExp[] = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^(?=.*\d)[0-9a-f]{16,}$/i,
  /^(?=(?:.*\d){3})(?=.*[A-Za-z])[A-Za-z0-9]{20,}$/,
  /^[A-Za-z]{1,4}\d{3,}[A-Za-z]?$/,
];

/** A template for a path that has none of its own: numbers, UUIDs, hashes and the like become `:id`. */
export function guessRoute(path: string): string {
  if (path === '*') return path;
  return pathOnly(path)
    .split('/')
    .map((segment) => (ID_SEGMENTS.some((id) => id.test(segment)) ? ':id' : segment))
    .join('/');
}

/**
 * Gives every request the number of its route: the pattern given that fits first, else the template in the
 * log, else one guessed from the path; with the method before it. The most frequent `routes_max` are kept.
 */
export function assignRoutes(
  requests: readonly RecordedRequest[],
  patterns: readonly string[],
  routes_max: number,
): { readonly names: readonly string[]; readonly of: Uint32Array } {
  const matchers = patterns.map((pattern) => ({ pattern, matches: parsePattern(pattern) }));
  const names = requests.map((request) => {
    const given = matchers.find(({ matches }) => matches(request));
    if (given) return given.pattern;
    return printable(`${request.method} ${request.route ?? guessRoute(request.path)}`);
  });
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const kept = ranked.length > routes_max ? [...ranked.slice(0, routes_max - 1), OTHER_ROUTE] : ranked;
  const index = new Map(kept.map((name, i) => [name, i]));
  const other = kept.length - 1;
  return { names: kept, of: Uint32Array.from(names, (name) => index.get(name) ?? other) };
}

const ROUTE_CHARS_MAX = 200;

/** A template comes from a log, and will be shown on a terminal. */
function printable(route: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is replaced
  const shown = route.replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');
  return shown.length > ROUTE_CHARS_MAX ? `${shown.slice(0, ROUTE_CHARS_MAX - 1)}…` : shown;
}
