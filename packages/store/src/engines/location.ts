import type { Layout } from '../layout/layout.ts';
import { postgres } from './postgres/engine.ts';
import type { SqlEngine } from './sql/engine.ts';
import { sqlite } from './sqlite/engine.ts';

/**
 * The engine at a location: `postgres://user@host/database?schema=cowpath`, or a SQLite file, as `sqlite:PATH`
 * or just its path.
 */
export function engineAt(
  location: string,
  options: { layout?: Layout; receiving?: boolean } = {},
): SqlEngine {
  if (!/^postgres(ql)?:/.test(location))
    return sqlite({ ...options, file: location.replace(/^sqlite:/, '') });
  const url = new URL(location);
  const schema = url.searchParams.get('schema') ?? undefined;
  url.searchParams.delete('schema');
  return postgres({ ...options, url: url.href, schema });
}
