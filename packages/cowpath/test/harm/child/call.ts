import type { CustomTypesConfig } from 'pg';
import type { Query } from '../programs/program.ts';
import { QUERIES } from '../programs/queries.ts';
import type { Log } from './log.ts';

/** Parsers of a program's own, for every type: the text in brackets. */
const OWN_TYPES = {
  getTypeParser:
    (oid: number, format: string) =>
    (value: unknown): unknown =>
      `[${oid} ${format} ${String(value)}]`,
} as unknown as CustomTypesConfig;

/** Parsers that make a new object for every value. */
const OBJECT_TYPES = {
  getTypeParser: () => (value: unknown) => ({ parsed: String(value) }),
} as unknown as CustomTypesConfig;

/** A statement builder's object, as some template libraries make: its text and values are getters. */
class Built {
  // Not private fields: the driver reads the getters through an object that inherits from this one.
  readonly _text: string;
  readonly _values: unknown[] | undefined;
  readonly _log: Log;

  constructor(text: string, values: unknown[] | undefined, log: Log) {
    this._text = text;
    this._values = values;
    this._log = log;
  }

  get text(): string {
    this._log.note('getter text');
    return this._text;
  }

  get values(): unknown[] | undefined {
    this._log.note('getter values');
    return this._values;
  }
}

/** The arguments of `client.query` for a query in its form, without a callback. */
export function argumentsOf(query: Query, log: Log): unknown[] {
  const args = made(query, log);
  if (typeof args[0] === 'object' && args[0] !== null) log.watch(args[0]);
  return args;
}

function made(query: Query, log: Log): unknown[] {
  const { text, values } = asked(query, log);
  switch (query.form) {
    case 'text':
      return values === undefined ? [text] : [text, values];
    case 'config':
      return [Object.freeze({ text, values })];
    case 'array rows':
      return [{ text, values, rowMode: 'array' }];
    case 'own types':
      return [{ text, types: OWN_TYPES }, values];
    case 'object parsers':
      return [{ text, values, types: OBJECT_TYPES, rowMode: 'array' }];
    case 'named':
      return [{ name: `named ${query.name}`, text, values }];
    case 'paged':
      return [{ text, values, rows: 1 + (query.n % 3) }];
    case 'extended':
      return [{ text, values, queryMode: 'extended' }];
    case 'getters':
      return [new Built(text, values, log)];
  }
}

export function asked(query: Query, log: Log): { text: string; values?: unknown[] } {
  return QUERIES[query.name]!(query.n, (line) => log.note(line));
}
