import type { Program, Sql } from './fragment.ts';
import type { Table } from './table.ts';

export type ColumnType = 'text' | 'int' | 'float';

/** What the SQL of the engines does not have in common. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  placeholder(index: number): string;
  /** A table's name, quoted and qualified. */
  table(name: string): string;
  columnType(type: ColumnType): string;
  /** An integer primary key that the database numbers. */
  readonly identity: string;
  /** Appended to `create table (…)`. */
  readonly tableOptions: string;
  /** Appended to a select of things that are about to be written. */
  readonly lockThings: string;
  /** `column` equal to one of the values. */
  oneOf(column: Sql, values: readonly (string | number)[], type: ColumnType): Sql;
  /** Whether `column` matches a pattern in which only `*` is special. */
  matches(column: Sql, pattern: string): Sql;
  /** `asc` or `desc`, of a column that may be absent with absent values before all others ascending. */
  direction(descending: boolean, nullable: boolean): string;
  /** A column that may be absent, in an index that is walked in that order. */
  ordered(column: string): string;
  /** What stands in a composite index for a text column that is not its last: short, and equal only for equal texts. */
  digest(column: string): string;
  /**
   * The same value, where another index than one that begins with this column is the right one, and the database
   * has no statistics to see that: SQLite, unless somebody has run `analyze`. Postgres gathers them by itself.
   */
  unindexed(column: Sql): Sql;
  /** Equality that such an index serves. */
  digestEqual(column: Sql, value: string): Sql;
  insert(table: Table, rows: readonly (readonly unknown[])[]): Program<void>;
  /** Adds things, in the order given; keys that exist already are missing from the result. */
  insertThings(things: Table, rows: readonly (readonly unknown[])[]): Program<Map<string, number>>;
  /** Sets type, revision and time of things: rows of [type, revision, modified, id]. */
  updateThings(things: Table, rows: readonly (readonly unknown[])[]): Program<void>;
  /** Runs `delete from table where a = ? and b = ? …` for every row of integer values. */
  deleteRows(table: string, columns: readonly string[], rows: readonly (readonly number[])[]): Program<void>;
  /** Ids of (type, name) pairs, which are added where they are missing: rows of [type, name]. */
  insertProperties(properties: Table, rows: readonly (readonly [string, string])[]): Program<void>;
  rename(from: string, to: string): string;
  /** From here to its end the transaction waits for readers only briefly, because writers wait for it. */
  impatient(): Program<void>;
}
