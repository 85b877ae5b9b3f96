import type { ColumnType, Dialect } from '../sql/dialect.ts';
import { type Program, type RowData, type Sql, sql } from '../sql/fragment.ts';
import { prefixRange } from '../sql/prefix.ts';
import { quote, type Table } from '../sql/table.ts';

const types: Readonly<Record<ColumnType, string>> = { text: 'text', int: 'integer', float: 'real' };

/** Text compares by UTF-8 bytes (BINARY), which is code point order; absent values sort first ascending. */
export class SqliteDialect implements Dialect {
  readonly name = 'sqlite';
  readonly identity = 'integer primary key';
  readonly tableOptions = ' strict';
  readonly lockThings = '';
  readonly #inserts = new Map<Table, string>();

  placeholder(): string {
    return '?';
  }

  table(name: string): string {
    return quote(name);
  }

  columnType(type: ColumnType): string {
    return types[type];
  }

  oneOf(column: Sql, values: readonly (string | number)[], _type: ColumnType): Sql {
    if (values.length === 1) return sql`${column} = ${values[0]}`;
    return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;
  }

  matches(column: Sql, pattern: string): Sql {
    const glob = pattern.replaceAll(/[?[]/g, (character) => `[${character}]`);
    return sql`(${column} glob ${glob}${prefixRange(column, pattern)})`;
  }

  direction(descending: boolean, _nullable: boolean): string {
    return descending ? 'desc' : 'asc';
  }

  ordered(column: string): string {
    return column;
  }

  digest(column: string): string {
    return column;
  }

  unindexed(column: Sql): Sql {
    // An operator that does nothing.
    return sql`+${column}`;
  }

  digestEqual(column: Sql, value: string): Sql {
    return sql`${column} = ${value}`;
  }

  *insert(table: Table, rows: readonly (readonly unknown[])[]): Program<void> {
    if (rows.length === 0) return;
    yield { text: this.#insertText(table), rows };
  }

  *insertThings(things: Table, rows: readonly (readonly unknown[])[]): Program<Map<string, number>> {
    const text = `${this.#insertText(things)} on conflict (key) do nothing returning id`;
    const ids = new Map<string, number>();
    for (const row of rows) {
      const [inserted]: RowData[] = yield { text, values: row };
      if (inserted !== undefined) ids.set(row[0] as string, inserted.id as number);
    }
    return ids;
  }

  *updateThings(things: Table, rows: readonly (readonly unknown[])[]): Program<void> {
    if (rows.length === 0) return;
    yield {
      text: `update ${things.name} set type = ?, latest_revision = ?, last_modified = ? where id = ?`,
      rows,
    };
  }

  *deleteRows(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly number[])[],
  ): Program<void> {
    if (rows.length === 0) return;
    if (columns.length === 1) {
      const values = [JSON.stringify(rows.map(([value]) => value))];
      yield { text: `delete from ${table} where ${columns[0]} in (select value from json_each(?))`, values };
      return;
    }
    yield {
      text: `delete from ${table} where ${columns.map((column) => `${column} = ?`).join(' and ')}`,
      rows,
    };
  }

  *insertProperties(properties: Table, rows: readonly (readonly [string, string])[]): Program<void> {
    yield { text: `${this.#insertText(properties)} on conflict (name, type) do nothing`, rows };
  }

  rename(from: string, to: string): string {
    return `alter table ${quote(from)} rename to ${quote(to)}`;
  }

  *impatient(): Program<void> {
    // Readers never hold up a writer in WAL mode.
  }

  #insertText(table: Table): string {
    let text = this.#inserts.get(table);
    if (text === undefined) {
      text = `insert into ${table.name} (${table.names()}) values (${table.columns.map(() => '?').join(', ')})`;
      this.#inserts.set(table, text);
    }
    return text;
  }
}
