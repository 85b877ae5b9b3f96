import { LabError } from './errors.ts';

/** The number of single-character edits between two words, a swap of neighbours counted as one. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, rows[i - 1]![j]! + 1, row[j - 1]! + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The one of `known` that `word` was probably meant to be. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/**
 * Refuses names that are not among `known`.
 * @throws LabError with `code`, naming the nearest known option
 */
export function checkNames(
  what: string,
  given: object,
  known: readonly string[],
  code: 'BAD_OPTION' | 'BAD_RULES' = 'BAD_OPTION',
): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = suggestion(name, known);
    const help = meant ? `did you mean "${meant}"?` : `it knows ${known.join(', ')}`;
    throw new LabError(code, `${what} has no option "${name}"; ${help}`);
  }
}

/** What a number must be. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
  /** Whether `min` itself is refused. */
  readonly above?: boolean;
  readonly integer?: boolean;
}

/** @throws LabError BAD_OPTION unless `value` is a finite number within `rule` */
export function checkNumber(name: string, value: unknown, rule: NumberRule): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rule;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (rule.above ? value > min : value >= min) &&
    value <= max &&
    (!rule.integer || Number.isInteger(value));
  if (fits) return value;
  const kind = rule.integer ? 'a whole number' : 'a number';
  const from = Number.isFinite(min) ? ` ${rule.above ? 'above' : 'of at least'} ${min}` : '';
  const to = Number.isFinite(max) ? ` and at most ${max}` : '';
  throw new LabError(
    'BAD_OPTION',
    `${name} is ${typeof value === 'number' ? value : JSON.stringify(value)}; expected ${kind}${from}${to}`,
  );
}
