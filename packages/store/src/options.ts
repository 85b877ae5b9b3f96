import { StoreError } from './errors.ts';
import { didYouMean } from './suggest.ts';

/** Refuses anything but a plain object whose names are all known, and suggests the name that was meant. */
export function checkOptionNames(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `${where}: expected an object of options, got ${shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new StoreError(
      'STORE_BAD_OPTION',
      `${where}: unknown option ${JSON.stringify(name)}${didYouMean(name, known)} Known: ${known.join(', ')}`,
      { path: name },
    );
  }
}

/** `value` if it is an integer within the bounds, `fallback` if it is undefined; else a clear error. */
export function integerOption(
  where: string,
  name: string,
  value: unknown,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  if (value === undefined) return bounds.fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) {
    return value;
  }
  throw new StoreError(
    'STORE_BAD_OPTION',
    `${where}: ${name} must be an integer from ${bounds.min} to ${bounds.max}, got ${shown(value)}`,
    { path: name },
  );
}

/** A value for an error message: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
