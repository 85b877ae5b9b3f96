import { inferReferences } from './infer.ts';

/** A table or view as the database's catalog describes it. */
export interface Table {
  /** The database's number for it (Postgres: pg_class.oid); negative for one known by name only. */
  readonly id: number;
  /** Null where it could not be known. */
  readonly schema: string | null;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Column number -> name. */
  readonly columns: Map<number, string>;
  /** Names of the primary key's columns, in key order; empty when there is none. */
  readonly primary: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  /** An estimate of its rows; at least 1. */
  readonly rows: number;
  /** For a view: its columns that are plain columns of one table. Others are opaque. */
  readonly view: ReadonlyMap<string, { readonly table: number; readonly column: string }> | null;
}

/** A reference from one table's columns to another's key. */
export interface ForeignKey {
  readonly from: number;
  readonly from_columns: readonly string[];
  readonly to: number;
  readonly to_columns: readonly string[];
  readonly declared: boolean;
}

/**
 * A set of columns by which rows are found or referred to. Two keys share a **domain** when equal values in
 * them mean the same row of the same table; only such values are ever compared.
 */
export interface Key {
  readonly table: Table;
  readonly columns: readonly string[];
  /** The key itself is the domain's (the referenced side), not a reference to it. */
  readonly domains: readonly Domain[];
  /** At most one row of the table has given values. */
  readonly unique: boolean;
}

export interface Domain {
  readonly id: string;
  readonly table: Table;
  /** Whether the key is the domain's own key. */
  readonly own: boolean;
  readonly declared: boolean;
}

/** What is known of a database's tables, keys and references. Immutable; a changed schema is a new catalog. */
export class Catalog {
  readonly tables: ReadonlyMap<number, Table>;
  readonly #byName = new Map<string, Table[]>();
  readonly #keys = new Map<number, Key[]>();
  readonly #keyColumns = new Map<number, Set<number>>();
  readonly #links = new Map<number, boolean>();

  constructor(tables: Iterable<Table>, foreignKeys: readonly ForeignKey[]) {
    this.tables = new Map([...tables].map((table) => [table.id, table]));
    for (const table of this.tables.values()) {
      const same = this.#byName.get(table.name);
      if (same) same.push(table);
      else this.#byName.set(table.name, [table]);
    }
    const all = [...foreignKeys, ...inferReferences(this.tables, foreignKeys)];
    for (const table of this.tables.values()) this.#addKeys(table, all);
    for (const table of this.tables.values()) if (table.view) this.#addViewKeys(table, table.view);
    for (const table of this.tables.values()) this.#addKeyColumns(table);
  }

  /** Tables of this name; of this schema too, when it is given. */
  named(name: string, schema: string | null): readonly Table[] {
    const same = this.#byName.get(name) ?? [];
    return schema === null ? same : same.filter((table) => table.schema === schema);
  }

  keysOf(table: Table): readonly Key[] {
    return this.#keys.get(table.id) ?? [];
  }

  isKeyColumn(tableID: number, columnID: number): boolean {
    return this.#keyColumns.get(tableID)?.has(columnID) ?? false;
  }

  /** Whether the table is known, with this column: if not, the schema has changed. */
  knows(tableID: number, columnID: number): boolean {
    const table = this.tables.get(tableID);
    return table !== undefined && (columnID <= 0 || table.columns.has(columnID));
  }

  /** A table that only links two others: its primary or unique key is made of two or more references. */
  isLink(table: Table): boolean {
    const known = this.#links.get(table.id);
    if (known !== undefined) return known;
    const references = this.keysOf(table).filter((key) => key.domains.some((domain) => !domain.own));
    const covered = new Set(references.flatMap((key) => key.columns));
    const link = [table.primary, ...table.uniques].some(
      (key) =>
        key.length >= 2 &&
        key.every((column) => covered.has(column)) &&
        references.filter((reference) => reference.columns.every((column) => key.includes(column))).length >=
          2,
    );
    this.#links.set(table.id, link);
    return link;
  }

  #addKeys(table: Table, references: readonly ForeignKey[]): void {
    const keys = new Map<
      string,
      { columns: readonly string[]; domains: Map<string, Domain>; unique: boolean }
    >();
    const keyOf = (columns: readonly string[]) => {
      const name = columns.join();
      const found = keys.get(name);
      if (found) return found;
      const unique = [table.primary, ...table.uniques].some(
        (one) => one.length > 0 && one.every((column) => columns.includes(column)),
      );
      const made = { columns, domains: new Map<string, Domain>(), unique };
      keys.set(name, made);
      return made;
    };
    const own = (columns: readonly string[]) => {
      const id = domainId(table, columns);
      keyOf(columns).domains.set(id, { id, table, own: true, declared: true });
    };
    if (table.primary.length > 0) own(table.primary);
    for (const reference of references) {
      // The referenced columns in their own table's order of columns: two references to one key then agree.
      if (reference.to === table.id) own([...reference.to_columns].sort());
      if (reference.from !== table.id) continue;
      const to = this.tables.get(reference.to);
      if (!to) continue;
      const pairs = reference.to_columns.map((column, i) => [column, reference.from_columns[i]!] as const);
      pairs.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      const id = domainId(
        to,
        pairs.map(([column]) => column),
      );
      const key = keyOf(pairs.map(([, column]) => column));
      const known = key.domains.get(id);
      if (!known?.declared) key.domains.set(id, { id, table: to, own: false, declared: reference.declared });
    }
    this.#keys.set(
      table.id,
      [...keys.values()].map(({ columns, domains, unique }) => ({
        table,
        columns,
        domains: [...domains.values()],
        unique,
      })),
    );
  }

  /** A view has the keys of its tables whose columns it shows, in the same domains. */
  #addViewKeys(table: Table, view: NonNullable<Table['view']>): void {
    const keys: Key[] = [];
    for (const id of new Set([...view.values()].map((source) => source.table))) {
      const shown = new Map(
        [...view].filter(([, source]) => source.table === id).map(([name, { column }]) => [column, name]),
      );
      for (const key of this.#keys.get(id) ?? []) {
        const columns = key.columns.map((column) => shown.get(column));
        if (columns.every((column) => column !== undefined))
          keys.push({ ...key, table, columns, unique: false });
      }
    }
    this.#keys.set(table.id, keys);
  }

  #addKeyColumns(table: Table): void {
    const names = new Set(this.keysOf(table).flatMap((key) => key.columns));
    const ids = [...table.columns].filter(([, name]) => names.has(name)).map(([id]) => id);
    this.#keyColumns.set(table.id, new Set(ids));
  }
}

/** By name: a table keeps its domains when it is made anew. */
function domainId(table: Table, columns: readonly string[]): string {
  return `${table.schema ?? ''}.${table.name}(${[...columns].sort().join()})`;
}
