import { KvOptionError } from './errors.ts';

/** What an option may be. Numbers are whole; their unit is the last part of the option's name. */
export type OptionRule =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'string' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'any' };

export type OptionRules<T> = { readonly [K in keyof Required<T>]: OptionRule };

/**
 * Lays `given` over `defaults`; `undefined` means the default.
 * @throws {KvOptionError} for a name that is not in `rules` (suggesting the nearest) or a value that breaks its rule.
 */
export function checkOptions<T extends object>(
  owner: string,
  given: Readonly<Partial<T>>,
  rules: OptionRules<T>,
  defaults: Readonly<T>,
): T {
  const result: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, name)) throw unknown(owner, name, Object.keys(rules));
    if (value === undefined) continue;
    const wrong = broken(rules[name as keyof T] as OptionRule, value);
    if (wrong !== undefined) {
      throw new KvOptionError(
        'KV_OPTION_INVALID',
        `${owner}: option '${name}' is ${show(value)}; expected ${wrong}`,
      );
    }
    result[name] = value;
  }
  return result as T;
}

function broken(rule: OptionRule, value: unknown): string | undefined {
  switch (rule.kind) {
    case 'integer':
      return Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max
        ? undefined
        : `a whole number from ${rule.min} to ${rule.max}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'string':
      return typeof value === 'string' && value !== '' ? undefined : 'a string that is not empty';
    case 'choice':
      return rule.of.includes(value as string)
        ? undefined
        : `one of ${rule.of.map((o) => `'${o}'`).join(', ')}`;
    case 'any':
      return undefined;
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function unknown(owner: string, name: string, known: readonly string[]): KvOptionError {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const hint =
    nearest !== undefined && nearest.distance <= Math.max(2, name.length / 2)
      ? `did you mean '${nearest.candidate}'?`
      : `the options are ${known.join(', ')}`;
  return new KvOptionError('KV_OPTION_UNKNOWN', `${owner}: there is no option '${name}'; ${hint}`);
}

/** Levenshtein's distance, ignoring case and the difference between `-`, `_` and nothing. */
function editDistance(left: string, right: string): number {
  const a = left.toLowerCase().replaceAll(/[-_]/g, '');
  const b = right.toLowerCase().replaceAll(/[-_]/g, '');
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
