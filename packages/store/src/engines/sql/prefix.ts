import { prefixEnd } from '../../model/pattern.ts';
import { raw, type Sql, sql } from './fragment.ts';

/** The range of values that start as the pattern does, which an index can be searched for. */
export function prefixRange(column: Sql, pattern: string): Sql {
  const prefix = pattern.split('*', 1)[0]!;
  if (prefix === '' || prefix === pattern) return raw('');
  const end = prefixEnd(prefix);
  if (end === undefined) return sql` and ${column} >= ${prefix}`;
  return sql` and ${column} >= ${prefix} and ${column} < ${end}`;
}
