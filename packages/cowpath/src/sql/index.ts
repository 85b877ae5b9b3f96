/** What is known of a statement from its text: its shape, its values, its tables, columns and predicates. */

export { analyse } from './analyse.ts';
export { arrayElements } from './array-text.ts';
export type { Lexed, LexOptions, LiteralKind, Occurrence } from './lexed.ts';
export { literalText } from './literal-text.ts';
export { lex } from './literals.ts';
export { loadParser, parserLoaded } from './parse.ts';
export { SHAPE_VERSION, type Shape, type Slot, shapeOf } from './shape.ts';
export type * from './statement.ts';
export { type Statement, StatementCache } from './statements.ts';
export { insertedRowsOf, type Parameters, type Tuple, valuesOf } from './values.ts';
export { type BaseColumn, type ViewColumn, viewColumns } from './view.ts';
