import { as, kindOf, type Node } from './nodes.ts';
import type { Verb } from './statement.ts';

const VERBS: Readonly<Record<string, Verb>> = {
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  CopyStmt: 'copy',
  TransactionStmt: 'transaction',
  ConstraintsSetStmt: 'transaction',
  VariableSetStmt: 'session',
  VariableShowStmt: 'session',
  DiscardStmt: 'session',
  ListenStmt: 'session',
  UnlistenStmt: 'session',
  NotifyStmt: 'session',
  TruncateStmt: 'ddl',
  IndexStmt: 'ddl',
  ViewStmt: 'ddl',
  RuleStmt: 'ddl',
  RenameStmt: 'ddl',
  CommentStmt: 'ddl',
  DefineStmt: 'ddl',
  SecLabelStmt: 'ddl',
  ReassignOwnedStmt: 'ddl',
  CompositeTypeStmt: 'ddl',
  ImportForeignSchemaStmt: 'ddl',
};

/** What a statement does, by the kind of its tree. */
export function verbOf(statement: Node): Verb {
  const select = as(statement, 'SelectStmt');
  if (select) return select.intoClause ? 'ddl' : 'select';
  const kind = kindOf(statement);
  return VERBS[kind] ?? (/^(?:Create|Alter|Drop|Grant)/.test(kind) ? 'ddl' : 'utility');
}
