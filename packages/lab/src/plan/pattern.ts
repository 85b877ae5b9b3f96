import { LabError } from '../errors.ts';
import { isMethod } from '../traffic/request.ts';

/** What a request is matched by. */
export interface Matchable {
  readonly method: string;
  readonly path: string;
}

/**
 * A pattern as the user writes it: `/books/*`, `POST /cart`, `GET`. `*` stands for any characters; without a
 * `?` in it the pattern is matched against the path alone, with one against path and query.
 * @throws LabError `code`
 */
export function parsePattern(
  text: string,
  code: 'BAD_OPTION' | 'BAD_RULES' = 'BAD_OPTION',
): (request: Matchable) => boolean {
  const [, methodText, pathText] = /^\s*(?:([^/*\s]\S*)(?:\s+|$))?([/*].*?)?\s*$/.exec(text) ?? [];
  const method = methodText?.toUpperCase();
  if ((!method && !pathText) || (method && !isMethod(method))) {
    throw new LabError(
      code,
      `pattern ${JSON.stringify(text)} is none; write a path such as /books/*, with a method before it if need be: "GET /books/*"`,
    );
  }
  const glob = pathText === undefined ? undefined : globOf(pathText);
  const withQuery = pathText?.includes('?') ?? false;
  return (request) => {
    if (method && request.method !== method) return false;
    return glob === undefined || glob.test(withQuery ? request.path : pathOnly(request.path));
  };
}

/** `*` for any characters, everything else for itself; the whole text must match. */
export function globOf(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

export function pathOnly(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}
