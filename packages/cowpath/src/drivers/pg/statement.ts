import { keyText } from './key-text.ts';
import type { PgQuery } from './types.ts';

export function isSubmittable(config: unknown): config is PgQuery {
  return typeof (config as { submit?: unknown } | null)?.submit === 'function';
}

/** Whether the driver will call somebody back; as far as can be told without running a getter of the program's. */
export function hasCallback(config: unknown, values: unknown, callback: unknown): boolean {
  return (
    typeof callback === 'function' ||
    typeof values === 'function' ||
    (typeof config === 'object' && config !== null && 'callback' in config)
  );
}

/**
 * The statement's text, without running a getter of the program's: where there is one the text is empty, and
 * is read from the driver's own query when that is sent. Null where there is none.
 */
export function textOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null) return null;
  const own = Object.getOwnPropertyDescriptor(config, 'text');
  if (typeof own?.value === 'string') return own.value;
  if (!isSubmittable(config) && (own ? own.get : 'text' in config)) return '';
  // pg-query-stream keeps its cursor within.
  const cursor = Object.getOwnPropertyDescriptor(config, 'cursor')?.value as { text?: unknown } | undefined;
  return typeof cursor?.text === 'string' ? cursor.text : null;
}

/** The text in the driver's own query object. */
export function ownText(query: PgQuery): string {
  const text = Object.getOwnPropertyDescriptor(query, 'text')?.value;
  return typeof text === 'string' ? text : '';
}

export function cursorValues(config: unknown): unknown {
  const cursor = Object.getOwnPropertyDescriptor(config as object, 'cursor')?.value;
  return (cursor as { values?: unknown } | undefined)?.values;
}

/** Parameters that a submittable has serialised itself. */
export function plainParameters(values: unknown, length_max: number): (string | null | undefined)[] | null {
  if (!Array.isArray(values)) return null;
  return values.map((value) => keyText(value, length_max));
}
