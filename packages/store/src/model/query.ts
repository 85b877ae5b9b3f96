import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { checkOptionNames, integerOption, shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import { type ConditionRules, type Node, readConditions, requiredType } from './conditions.ts';
import type { Datatype, Scalar } from './datatypes.ts';
import { builtins, checkPath, isBuiltin } from './document.ts';
import { checkDatatype } from './properties.ts';

type Direction = 'asc' | 'desc';

/**
 * A sort key: `title`, `-title`, or in full. A list sorts by its least value ascending and its greatest
 * descending; a thing without a value of that datatype sorts before all others ascending, after descending.
 * After the last sort key things are ordered by key.
 */
export type SortKey =
  | string
  | {
      readonly name: string;
      readonly datatype?: Datatype | undefined;
      readonly direction?: Direction | undefined;
    };

export interface QueryOptions {
  readonly sort?: SortKey | readonly SortKey[] | undefined;
  /** Default 100, at most 10,000. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** A page's `end`: the page that follows it. */
  readonly after?: string | undefined;
  /** A page's `start`: the page that precedes it. */
  readonly before?: string | undefined;
}

export interface SortBy {
  readonly name: string;
  readonly datatype: Datatype;
  readonly descending: boolean;
}

/** Where a page starts: the sort values of a thing, null for an absent one, and then the tie-breaker. */
export type Position = readonly (Scalar | null)[];

/** A validated query. `reverse` walks the order backwards from the position, for `before`. */
export interface Query {
  readonly node: Node;
  readonly type: string | undefined;
  readonly sort: readonly SortBy[];
  readonly limit: number;
  readonly offset: number;
  readonly from: Position | undefined;
  readonly reverse: boolean;
}

/** A page of results. `start` and `end` are cursors for `before` and `after`; absent when the page is empty. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** What tells `things` from `versions`. */
export interface QueryRules extends ConditionRules {
  /** The fields that make the order total, appended to every sort. */
  readonly ties: readonly SortBy[];
  readonly defaultSort: readonly SortBy[];
}

const optionNames = ['sort', 'limit', 'offset', 'after', 'before'];

export const thingRules: Pick<QueryRules, 'ties' | 'defaultSort'> = {
  ties: [{ name: 'key', datatype: 'str', descending: false }],
  defaultSort: [],
};

export function readQuery(conditions: unknown, options: QueryOptions, rules: QueryRules): Query {
  checkOptionNames('query', options, optionNames);
  const node = readConditions(conditions, rules);
  const type = requiredType(node);
  const asked = readSort(options.sort, type, rules);
  const ties = rules.ties.filter((tie) => !asked.some((by) => by.name === tie.name));
  const sort = [...asked, ...ties];
  if (options.after !== undefined && options.before !== undefined) {
    throw new StoreError('STORE_BAD_OPTION', 'query: give after or before, not both', { path: 'before' });
  }
  const cursor = options.after ?? options.before;
  return {
    node,
    type,
    sort,
    limit: integerOption('query', 'limit', options.limit, {
      min: 0,
      max: limits.limit_max,
      fallback: limits.limit_default,
    }),
    offset: integerOption('query', 'offset', options.offset, { min: 0, max: limits.offset_max, fallback: 0 }),
    from: cursor === undefined ? undefined : readCursor(cursor, sort),
    reverse: options.before !== undefined,
  };
}

/** The page of rows that an engine found, in the engine's walking order, with their positions. */
export function pageOf<T>(
  query: Query,
  found: readonly { readonly item: T; readonly position: Position }[],
): Page<T> {
  const rows = query.reverse ? found.toReversed() : found;
  const first = rows[0];
  const last = rows[rows.length - 1];
  return {
    items: rows.map((row) => row.item),
    start: first && writeCursor(first.position, query.sort),
    end: last && writeCursor(last.position, query.sort),
  };
}

function readSort(input: QueryOptions['sort'], type: string | undefined, rules: QueryRules): SortBy[] {
  if (input === undefined) return [...rules.defaultSort];
  const keys = Array.isArray(input) ? (input as readonly unknown[]) : [input];
  if (keys.length > limits.sort_keys_max) {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `sort: at most ${limits.sort_keys_max} keys, got ${keys.length}`,
      {
        path: 'sort',
      },
    );
  }
  return keys.map((key, i) => readSortKey(key, `sort[${i}]`, type, rules));
}

function readSortKey(input: unknown, at: string, type: string | undefined, rules: QueryRules): SortBy {
  const full =
    typeof input === 'string'
      ? input.startsWith('-')
        ? { name: input.slice(1), direction: 'desc' }
        : { name: input }
      : input;
  checkOptionNames(at, full, ['name', 'datatype', 'direction']);
  const { name, datatype, direction } = full as { name: unknown; datatype?: unknown; direction?: unknown };
  if (direction !== undefined && direction !== 'asc' && direction !== 'desc') {
    throw new StoreError('STORE_BAD_OPTION', `${at}: direction is asc or desc, got ${shown(direction)}`, {
      path: at,
    });
  }
  const path = checkPath(name, at).join('.');
  const known =
    fixedDatatype(path, at, rules) ?? (type === undefined ? undefined : rules.datatypeOf?.(type, path));
  const resolved = datatype === undefined ? known : checkDatatype(datatype, at);
  if (resolved === undefined) {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `${at}: the datatype of ${JSON.stringify(path)} is not known from a schema; give it: { name: ${JSON.stringify(path)}, datatype: … }`,
      { path: at },
    );
  }
  if (resolved === 'text' || resolved === 'ref') {
    throw new StoreError('STORE_BAD_OPTION', `${at}: things cannot be sorted by a ${resolved}`, { path: at });
  }
  return { name: path, datatype: resolved, descending: direction === 'desc' };
}

function fixedDatatype(path: string, at: string, rules: QueryRules): Datatype | undefined {
  const { fields } = rules;
  if (fields === undefined) return isBuiltin(path) ? builtins[path] : undefined;
  if (Object.hasOwn(fields, path)) return fields[path];
  const known = Object.keys(fields);
  throw new StoreError(
    'STORE_BAD_OPTION',
    `${at}: unknown field ${JSON.stringify(path)}${didYouMean(path, known)} Known: ${known.join(', ')}`,
    { path: at },
  );
}

/** A cursor is base64url of JSON: a mark of the sort that it belongs to, then the position. */
function writeCursor(position: Position, sort: readonly SortBy[]): string {
  return Buffer.from(JSON.stringify([markOf(sort), ...position])).toString('base64url');
}

function readCursor(cursor: unknown, sort: readonly SortBy[]): Position {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(String(cursor), 'base64url').toString());
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== sort.length + 1) {
    throw badCursor('is not the start or end of a page');
  }
  if (parsed[0] !== markOf(sort)) throw badCursor('belongs to another sort order');
  const position = parsed.slice(1);
  for (const [i, value] of position.entries()) {
    const isText = ['str', 'url'].includes(sort[i]!.datatype);
    if (value !== null && typeof value !== (isText ? 'string' : 'number')) throw badCursor('is damaged');
  }
  return position as Position;
}

function markOf(sort: readonly SortBy[]): string {
  const text = JSON.stringify(sort.map((by) => [by.name, by.datatype, by.descending]));
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

function badCursor(what: string): StoreError {
  return new StoreError('STORE_BAD_CURSOR', `query: the cursor ${what}; use a page's own start or end`, {
    path: 'after',
  });
}
