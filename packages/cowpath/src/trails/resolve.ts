import type { EntityName, Origin } from '@cowpath/profile';
import type { Catalog, Key, Table } from '../catalog/catalog.ts';
import type { Database } from '../recorder/database.ts';
import type { ResultField } from '../recorder/observed.ts';
import type { ColumnUse, Predicate, Shape, StatementAnalysis, TableUse } from '../sql/index.ts';
import { type JoinedColumns, type JoinedReference, joinedReference } from './joined-reference.ts';

/** A key whose values come back in a statement's rows: `positions` are into one row of the kept values. */
export interface Returned {
  readonly key: Key;
  readonly positions: readonly number[];
}

/** A key of a table that a statement compares with values. */
export interface Asked {
  readonly key: Key;
  /** For each column of the key: the predicate that compares it, and its place among that predicate's columns. */
  readonly slots: readonly { readonly predicate: Predicate; readonly place: number }[];
  /** The table whose rows come back, when the compared one only links to it. */
  readonly to: Table;
  readonly via: Table | null;
  /** The reference by which rows of `via`, found by their own key, lead to `to`; null when they are only a link. */
  readonly through: JoinedReference | null;
}

/** A statement's meaning under a catalog; shared by all executions of one shape with one kind of result. */
export interface Resolved {
  readonly shape: Shape;
  readonly analysis: StatementAnalysis;
  readonly origin: Origin;
  readonly returned: readonly Returned[];
  readonly asked: readonly Asked[];
  /** For an insert: the keys of the created objects that the program supplied, as places among the inserted columns. */
  readonly supplied: readonly Returned[];
  /** Positions of the main table's primary key in a row of the kept values; null when it does not come back. */
  readonly primary: readonly number[] | null;
  /** Whether rows of other tables come back inside JSON, where no column metadata reaches. */
  readonly nested: boolean;
  /** Whether its rows are objects that can be followed from, and it reads. */
  readonly reads: boolean;
  /** The schema of its tables, for explaining it. */
  readonly schema: string | null;
}

/** Finds out what statements mean under a database's catalog. Cached by the analyser. */
export class Resolver {
  readonly #entities = new WeakMap<Table, EntityName>();

  resolve(
    database: Database,
    shape: Shape,
    analysis: StatementAnalysis,
    fields: readonly ResultField[] | null,
    kept: readonly number[] | null,
  ): Resolved {
    const catalog = database.catalog;
    const schemaHint = schemaOf(catalog, fields);
    const tables = new Map<TableUse, Table>();
    for (const use of analysis.tables) {
      const table = tableNamed(catalog, use, schemaHint) ?? unknownTable(use);
      tables.set(use, table);
    }
    const columns = new ColumnResolver(analysis, tables);
    const main = mainTable(catalog, analysis, tables, fields);
    const returned =
      kept === null || fields === null ? [] : this.#returned(catalog, fields, kept, columns, analysis);
    const asked = this.#asked(catalog, analysis, columns, main);
    const ofMain = returned.find(
      (one) => one.key.table === main && same(one.key.columns, main?.primary ?? []),
    );
    return {
      shape,
      analysis,
      origin: this.#origin(database, analysis, columns, main),
      returned,
      asked,
      supplied: this.#supplied(catalog, analysis, tables),
      primary: ofMain?.positions ?? null,
      nested: analysis.outputs.some((output) => output.kind === 'json' && output.tables.length > 0),
      reads: analysis.verb === 'select',
      schema: main?.schema ?? schemaHint,
    };
  }

  entity(database: Database, table: Table): EntityName {
    const known = this.#entities.get(table);
    if (known) return known;
    const entity = { database: database.alias, schema: table.schema, table: table.name };
    this.#entities.set(table, entity);
    return entity;
  }

  #origin(
    database: Database,
    analysis: StatementAnalysis,
    columns: ColumnResolver,
    main: Table | null,
  ): Origin {
    const by = [...new Set(analysis.selectedBy.map((use) => columns.label(use, main)))];
    const { verb } = analysis;
    if (verb === 'opaque') {
      // The parser quotes the word that it stumbled over, which may be a value without its quotes.
      const because = analysis.opaqueBecause?.replace(/ at or near [\s\S]*/, '');
      return { kind: 'opaque', because: because ?? 'it cannot be read' };
    }
    if (verb === 'transaction') return { kind: 'opaque', because: 'transaction control' };
    if (verb === 'session' || verb === 'utility' || verb === 'ddl' || verb === 'copy') {
      return { kind: 'opaque', because: `${verb} statement` };
    }
    if (verb !== 'select' && main !== null) {
      const entity = this.entity(database, main);
      return verb === 'insert' ? { kind: 'created', entity } : { kind: 'write', verb, entity, by };
    }
    const order = [...new Set(analysis.orderedBy.map((use) => columns.label(use, main)))];
    return { kind: 'query', entity: main === null ? null : this.entity(database, main), by, order };
  }

  /** The keys that are whole in a result's rows. A table that stands in the statement twice returns its keys twice. */
  #returned(
    catalog: Catalog,
    fields: readonly ResultField[],
    kept: readonly number[],
    columns: ColumnResolver,
    analysis: StatementAnalysis,
  ): Returned[] {
    // For each table, its appearances: column name -> position in the kept row.
    const appearances = new Map<Table, Map<string, number>[]>();
    const outputs = columns.outputs(analysis, fields);
    for (const [position, index] of kept.entries()) {
      const field = fields[index]!;
      const found = columnOf(catalog, field) ?? outputs[index] ?? null;
      if (!found) continue;
      const seen = appearances.get(found.table) ?? [];
      appearances.set(found.table, seen);
      let appearance = seen.find((one) => !one.has(found.column));
      if (!appearance) {
        appearance = new Map();
        seen.push(appearance);
      }
      appearance.set(found.column, position);
    }
    const returned: Returned[] = [];
    for (const [table, seen] of appearances) {
      for (const appearance of seen) {
        for (const key of catalog.keysOf(table)) {
          const positions = key.columns.map((column) => appearance.get(column));
          if (positions.every((position) => position !== undefined)) returned.push({ key, positions });
        }
      }
    }
    return returned;
  }

  /** The keys that a statement's predicates compare, on the tables it loads from. */
  #asked(
    catalog: Catalog,
    analysis: StatementAnalysis,
    columns: ColumnResolver,
    main: Table | null,
  ): Asked[] {
    const slots = new Map<TableUse, { table: Table; byColumn: Map<string, Asked['slots'][number]> }>();
    for (const predicate of analysis.predicates) {
      for (const [place, column] of predicate.columns.entries()) {
        const found = columns.find(column);
        if (!found?.use.loaded) continue;
        const base = found.base;
        const of = slots.get(found.use) ?? { table: base.table, byColumn: new Map() };
        slots.set(found.use, of);
        if (!of.byColumn.has(base.column)) of.byColumn.set(base.column, { predicate, place });
      }
    }
    const asked: Asked[] = [];
    for (const { table, byColumn } of slots.values()) {
      for (const key of catalog.keysOf(table)) {
        const found = key.columns.map((column) => byColumn.get(column));
        if (!found.every((slot) => slot !== undefined)) continue;
        // Only one of several predicates may hold a list: otherwise the values do not pair up.
        const lists = new Set(
          found.filter((slot) => slot.predicate.kind !== 'equal').map((slot) => slot.predicate),
        );
        if (lists.size > 1) continue;
        const far = main !== null && main !== table ? main : linked(catalog, table, analysis, columns);
        const to = far ?? table;
        const through = to === table ? null : joinedReference(catalog, table, to, columns.joins(analysis));
        asked.push({ key, slots: found, to, via: to === table ? null : table, through });
      }
    }
    return asked;
  }

  #supplied(catalog: Catalog, analysis: StatementAnalysis, tables: ReadonlyMap<TableUse, Table>): Returned[] {
    const { inserted } = analysis;
    // With ON CONFLICT a row given is not surely a row created.
    if (inserted === null || inserted.onConflict) return [];
    const target = analysis.tables.find((use) => use.target);
    const table = target && tables.get(target);
    if (!table) return [];
    const names = inserted.columns ?? [...table.columns.values()];
    const supplied: Returned[] = [];
    for (const key of catalog.keysOf(table)) {
      const positions = key.columns.map((column) => names.indexOf(column));
      if (positions.every((position) => position >= 0)) supplied.push({ key, positions });
    }
    return supplied;
  }
}

/** Resolves columns as written to the tables that have them. */
class ColumnResolver {
  readonly #analysis: StatementAnalysis;
  readonly #tables: ReadonlyMap<TableUse, Table>;

  constructor(analysis: StatementAnalysis, tables: ReadonlyMap<TableUse, Table>) {
    this.#analysis = analysis;
    this.#tables = tables;
  }

  find(column: ColumnUse): { use: TableUse; base: { table: Table; column: string } } | null {
    const scope = this.#analysis.tables.filter((use) => use.scope === column.scope);
    const candidates =
      column.qualifier === null
        ? scope.filter((use) => scope.length === 1 || this.#has(use, column.column))
        : scope.filter((use) => use.alias === column.qualifier);
    if (candidates.length !== 1) return null;
    const use = candidates[0]!;
    const table = this.#tables.get(use)!;
    return { use, base: { table, column: column.column } };
  }

  /** The columns that the statement's joins set equal, where it is known whose they are. */
  joins(analysis: StatementAnalysis): JoinedColumns[] {
    return analysis.joins.flatMap(({ left, right }) => {
      const [a, b] = [this.find(left)?.base, this.find(right)?.base];
      return a && b ? [{ left: a, right: b }] : [];
    });
  }

  /** How an origin names a column: bare when it is the main table's. */
  label(column: ColumnUse, main: Table | null): string {
    const found = this.find(column);
    if (!found || found.base.table === main) return column.column;
    return `${found.base.table.name}.${column.column}`;
  }

  /** What the statement's own text says of each output, when it says it for all of them. */
  outputs(
    analysis: StatementAnalysis,
    fields: readonly ResultField[],
  ): ({ table: Table; column: string } | null)[] {
    const found = analysis.outputs.flatMap((output) => {
      if (output.kind === 'star') return this.#star(output);
      return [output.kind === 'column' ? (this.find(output.source)?.base ?? null) : null];
    });
    if (found.length !== fields.length) return [];
    // A catalog that is out of date may number a star's columns otherwise.
    const starred = analysis.outputs.some((output) => output.kind === 'star');
    return starred ? found.map((one, i) => (one?.column === fields[i]!.name ? one : null)) : found;
  }

  /** The columns of a table in its own order: what `*` stands for. */
  #star({
    qualifier,
    scope,
  }: {
    qualifier: string | null;
    scope: number;
  }): { table: Table; column: string }[] {
    const uses = this.#analysis.tables.filter((use) => use.scope === scope);
    const [use, ...others] = qualifier === null ? uses : uses.filter((each) => each.alias === qualifier);
    const table = use && this.#tables.get(use);
    if (!table || others.length > 0) return [];
    const columns = [...table.columns].sort(([a], [b]) => a - b);
    return columns.map(([, column]) => ({ table, column }));
  }

  #has(use: TableUse, column: string): boolean {
    const table = this.#tables.get(use);
    if (!table) return false;
    for (const name of table.columns.values()) if (name === column) return true;
    return false;
  }
}

/** The table (or view) and column that the driver says a field came from. */
function columnOf(catalog: Catalog, field: ResultField): { table: Table; column: string } | null {
  const table = catalog.tables.get(field.tableID);
  const column = table?.columns.get(field.columnID);
  if (!table || column === undefined) return null;
  return { table, column };
}

/** The schema in which the statement's tables were found, from its result's columns. */
function schemaOf(catalog: Catalog, fields: readonly ResultField[] | null): string | null {
  for (const field of fields ?? []) {
    const table = catalog.tables.get(field.tableID);
    if (table) return table.schema;
  }
  return null;
}

function tableNamed(catalog: Catalog, use: TableUse, hint: string | null): Table | null {
  const same = catalog.named(use.name, use.schema);
  if (same.length <= 1) return same[0] ?? null;
  return (
    same.find((table) => table.schema === hint) ?? same.find((table) => table.schema === 'public') ?? null
  );
}

/** A table that the catalog does not have: known by its name, without keys. */
function unknownTable(use: TableUse): Table {
  return {
    id: -1,
    schema: use.schema,
    name: use.name,
    kind: 'table',
    columns: new Map(),
    primary: [],
    uniques: [],
    rows: 1,
    view: null,
  };
}

/**
 * The table whose rows a statement is about: the one written to; or the first of the outermost FROM, unless
 * only columns of another come back (a link table that is joined through).
 */
function mainTable(
  catalog: Catalog,
  analysis: StatementAnalysis,
  tables: ReadonlyMap<TableUse, Table>,
  fields: readonly ResultField[] | null,
): Table | null {
  const target = analysis.tables.find((use) => use.target);
  if (target) return tables.get(target) ?? null;
  const loaded = analysis.tables.filter((use) => use.loaded).sort((a, b) => a.scope - b.scope);
  const ids = new Set((fields ?? []).map((field) => field.tableID).filter((id) => id !== 0));
  const coming = loaded.map((use) => tables.get(use)!).filter((table) => ids.has(table.id));
  const first = coming.find((table) => !catalog.isLink(table)) ?? coming[0];
  return first ?? (loaded.length > 0 ? (tables.get(loaded[0]!) ?? null) : null);
}

/** When the compared table only links two others and one of them is joined: that one. */
function linked(
  catalog: Catalog,
  table: Table,
  analysis: StatementAnalysis,
  columns: ColumnResolver,
): Table | null {
  if (!catalog.isLink(table)) return null;
  for (const { left, right } of analysis.joins) {
    const a = columns.find(left)?.base.table;
    const b = columns.find(right)?.base.table;
    if (a === table && b && b !== table) return b;
    if (b === table && a && a !== table) return a;
  }
  return null;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((column) => b.includes(column));
}
