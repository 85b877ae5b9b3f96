import { arrayElements } from './array-text.ts';
import type { Occurrence } from './lexed.ts';
import { literalText } from './literal-text.ts';
import type { Predicate, StatementAnalysis, ValueSource } from './statement.ts';
import type { Statement } from './statements.ts';

/**
 * The parameters of one execution, in the database's text form, `$1` first; null for NULL, undefined (or absent)
 * where the text form is not known.
 */
export type Parameters = readonly (string | null | undefined)[];

/** The values of one row or tuple, in the database's text form; null for NULL, undefined where not known. */
export type Tuple = (string | null | undefined)[];

/**
 * The tuples that a predicate's columns are compared with in the text at hand: one for `equal`, one an element
 * for `in` and `any`, in the order of the text. Elements are as many as the text has, whatever text the analysis
 * was made from. A literal's text is that of `literalText`.
 */
export function valuesOf(statement: Statement, predicate: Predicate, parameters: Parameters): Tuple[] {
  if (predicate.kind === 'any') {
    const [source] = predicate.values[0] ?? [];
    if (!source) return [];
    return occurrencesOf(statement, source).flatMap((occurrence): Tuple[] => {
      const array = valueAt(statement.text, occurrence, parameters);
      if (array === undefined) return [[undefined]];
      return array === null ? [] : arrayElements(array).map((element) => [element]);
    });
  }
  const tuples: { readonly at: number; readonly tuple: Tuple }[] = [];
  for (const sources of predicate.values) {
    const columns = sources.map((source) => occurrencesOf(statement, source));
    // A slot outside of the list (`in ((1, $1), …)` has none, a row comparison may) stands for every element.
    const count = Math.max(0, ...columns.map((column) => column.length));
    for (let i = 0; i < count; i++) {
      const tuple = columns.map((column) => {
        const occurrence = column.length === 1 ? column[0] : column[i];
        return occurrence && valueAt(statement.text, occurrence, parameters);
      });
      tuples.push({ at: columns[0]?.[i]?.start ?? 0, tuple });
    }
  }
  if (predicate.values.length > 1) tuples.sort((a, b) => a.at - b.at);
  return tuples.map(({ tuple }) => tuple);
}

/**
 * The rows that an INSERT … VALUES was given, one for each row in the text and in its order, with a value for
 * each of `inserted.columns`: undefined where it is an expression, a default or a written null. Empty when the statement is not
 * such an insert, or when no row holds a literal or parameter.
 */
export function insertedRowsOf(
  statement: Statement,
  analysis: StatementAnalysis,
  parameters: Parameters,
): Tuple[] {
  const rows = analysis.inserted?.rows ?? [];
  const places = new Map<number, number>();
  for (const sources of rows) {
    sources.forEach((source, column) => {
      if (source) places.set(source.slot, column);
    });
  }
  const [slot] = places.keys();
  const list = slot === undefined ? -1 : (statement.shape.slots[slot]?.list ?? -1);
  if (list < 0) return [];
  const width = rows[0]?.length ?? 0;
  const given: Tuple[] = Array.from({ length: statement.lexed.listLengths[list] ?? 0 }, () =>
    new Array<undefined>(width).fill(undefined),
  );
  for (const occurrence of statement.lexed.occurrences) {
    const column = places.get(occurrence.slot);
    const row = given[occurrence.row];
    if (column !== undefined && row) row[column] = valueAt(statement.text, occurrence, parameters);
  }
  return given;
}

function occurrencesOf(statement: Statement, source: ValueSource): Occurrence[] {
  return statement.lexed.occurrences.filter(({ slot }) => slot === source.slot);
}

function valueAt(text: string, occurrence: Occurrence, parameters: Parameters): string | null | undefined {
  return occurrence.kind === 'parameter'
    ? parameters[occurrence.parameter - 1]
    : literalText(text, occurrence);
}
