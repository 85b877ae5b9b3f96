import type { ColumnType, Dialect } from './dialect.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly null?: boolean;
}

/** A table as the store makes and fills it. */
export class Table {
  readonly bare: string;
  /** Quoted and qualified. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly #dialect: Dialect;
  readonly #primary: string | undefined;
  readonly #identity: boolean;
  readonly #indexes: readonly {
    readonly columns: string;
    readonly where?: string;
    readonly unique?: boolean;
  }[];

  constructor(
    dialect: Dialect,
    bare: string,
    definition: {
      readonly columns: readonly TableColumn[];
      /** The table gets a numbered column `id` before the others. */
      readonly identity?: boolean;
      readonly primary?: string;
      readonly indexes?: readonly {
        readonly columns: string;
        readonly where?: string;
        readonly unique?: boolean;
      }[];
    },
  ) {
    this.bare = bare;
    this.name = dialect.table(bare);
    this.columns = definition.columns;
    this.#dialect = dialect;
    this.#identity = definition.identity ?? false;
    this.#primary = definition.primary;
    this.#indexes = definition.indexes ?? [];
  }

  /** `create table` and `create index` statements, repeatable. */
  ddl(): string[] {
    const columns = this.columns.map(
      (column) =>
        `${quote(column.name)} ${this.#dialect.columnType(column.type)}${column.null ? '' : ' not null'}`,
    );
    if (this.#identity) columns.unshift(`id ${this.#dialect.identity}`);
    if (this.#primary !== undefined) columns.push(`primary key (${this.#primary})`);
    const statements = [
      `create table if not exists ${this.name} (${columns.join(', ')})${this.#dialect.tableOptions}`,
    ];
    for (const [i, { columns: of, where, unique }] of this.#indexes.entries()) {
      const name = quote(`${this.bare}_${i + 1}_idx`);
      const filter = where === undefined ? '' : ` where ${where}`;
      statements.push(
        `create ${unique ? 'unique ' : ''}index if not exists ${name} on ${this.name} (${of})${filter}`,
      );
    }
    return statements;
  }

  names(): string {
    return this.columns.map(({ name }) => quote(name)).join(', ');
  }
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
