import { InvalidArgumentError } from 'commander';

/** Parsers of option values for commander, which puts their messages after the option's name. */

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return value;
}

/** `30`, `30s`, `5m`, `1h`, `500ms`, to seconds. */
export function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const value = match
    ? Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 'ms' | 's' | 'm' | 'h']
    : 0;
  if (!(value > 0)) throw new InvalidArgumentError('Expected a time such as 30s, 500ms, 5m or 1h.');
  return value;
}

/** `1`, `10x`, `0.5`, or `max`. */
export function pace(text: string): number | 'max' {
  return text === 'max' ? 'max' : positive(text.replace(/x$/, ''));
}

/** `name: value`, collected. */
export function header(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('Expected "name: value".');
  return { ...previous, [text.slice(0, colon).trim()]: text.slice(colon + 1).trim() };
}

/** `NAME=value`, collected. */
export function variable(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Expected NAME=value.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** Any option that may be repeated. */
export function list(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
