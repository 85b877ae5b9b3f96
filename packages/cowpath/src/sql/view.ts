import { analyse } from './analyse.ts';
import { lex } from './literals.ts';
import { shapeOf } from './shape.ts';

/** The column of a table that a view's column is. */
export interface BaseColumn {
  /** Null where the definition leaves it to the search path. */
  readonly schema: string | null;
  readonly table: string;
  readonly column: string;
}

export interface ViewColumn {
  readonly name: string | null;
  /** Null where the column is not plainly one column of one table. */
  readonly base: BaseColumn | null;
}

/**
 * The columns of a view by its definition, the text that `pg_get_viewdef` gives (which writes out stars, and
 * qualifies columns where there is more than one table). Null when the text is not a SELECT that can be
 * followed: the view is then opaque. Tables that are themselves views are the caller's to follow. Needs the parser.
 */
export function viewColumns(definition: string): readonly ViewColumn[] | null {
  const analysis = analyse(shapeOf(lex(definition)));
  if (analysis.verb !== 'select') return null;
  if (analysis.outputs.some(({ kind }) => kind === 'star')) return null;
  return analysis.outputs.map((output): ViewColumn => {
    if (output.kind !== 'column') return { name: output.kind === 'star' ? null : output.name, base: null };
    const { source } = output;
    const table = analysis.tables.find(
      ({ alias, scope }) => alias === source.qualifier && scope === source.scope,
    );
    if (!table) return { name: output.name, base: null };
    return { name: output.name, base: { schema: table.schema, table: table.name, column: source.column } };
  });
}
