/** What is known of a statement from its text: its shape, its values, its tables, columns and predicates. */

export { analyse } from './analyse.ts';
export { arrayElements } from './array-text.ts';
export { literalText } from './literal-text.ts';
export { lex } from './literals.ts';
export { loadParser, parserLoaded } from './parse.ts';
export { type Shape, shapeOf } from './shape.ts';
export type * from './statement.ts';
export { type Statement, StatementCache } from './statements.ts';
export { insertedRowsOf, type Tuple, valuesOf } from './values.ts';
export { viewColumns } from './view.ts';
