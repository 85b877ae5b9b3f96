import { RECORDER_LIMITS } from '../recorder/limits.ts';
import type { ResultField } from '../recorder/observed.ts';
import type { ColumnUse, StatementAnalysis, TableUse } from '../sql/index.ts';
import { Catalog, type Table } from './catalog.ts';

/** Rows assumed of a table whose size cannot be asked. */
const ROWS_ASSUMED = 1000;

interface Learned {
  id: number;
  readonly schema: string | null;
  readonly name: string;
  readonly columns: Map<number, string>;
}

/**
 * What can be known of a database whose catalog cannot be read: tables and columns from the statements'
 * own text, numbered as the driver numbers the result's columns. A column `id` is taken for the key, and
 * references are inferred from names; values must confirm them.
 */
export class LearnedCatalog {
  readonly #tables = new Map<string, Learned>();
  #nextId = -1;

  /** Learns from a statement and its result; returns a new catalog when there was something to learn. */
  observe(analysis: StatementAnalysis, fields: readonly ResultField[] | null): Catalog | null {
    let news = false;
    const uses = analysis.tables.filter((use) => use.loaded || use.target);
    for (const use of uses) news = this.#table(use) || news;
    for (const column of [...analysis.predicates.flatMap((one) => one.columns), ...analysis.selectedBy]) {
      const use = useOf(column, uses);
      if (use) news = this.#name(this.#of(use)!, column.column) || news;
    }
    for (const use of uses) {
      if (!use.target) continue;
      for (const column of analysis.inserted?.columns ?? [])
        news = this.#name(this.#of(use)!, column) || news;
    }
    for (const [i, field] of (fields ?? []).entries()) {
      if (field.tableID === 0) continue;
      const { use, column } = originOf(analysis, uses, field, i, fields!.length);
      const table = use && this.#of(use);
      if (table) news = this.#number(table, field, column) || news;
    }
    return news ? this.#catalog() : null;
  }

  #of(use: TableUse): Learned | undefined {
    return this.#tables.get(`${use.schema ?? ''}.${use.name}`);
  }

  #table(use: TableUse): boolean {
    const key = `${use.schema ?? ''}.${use.name}`;
    if (this.#tables.has(key) || this.#tables.size >= RECORDER_LIMITS.tables_max) return false;
    this.#tables.set(key, { id: this.#nextId--, schema: use.schema, name: use.name, columns: new Map() });
    return true;
  }

  /** A column known by its name only; negative until the driver has numbered it. */
  #name(table: Learned | undefined, column: string): boolean {
    if (!table || [...table.columns.values()].includes(column)) return false;
    table.columns.set(-1 - table.columns.size, column);
    return true;
  }

  #number(table: Learned, field: ResultField, column: string): boolean {
    if (table.id === field.tableID && table.columns.get(field.columnID) === column) return false;
    table.id = field.tableID;
    for (const [id, name] of table.columns) if (name === column) table.columns.delete(id);
    table.columns.set(field.columnID, column);
    return true;
  }

  #catalog(): Catalog {
    const tables = [...this.#tables.values()].map(
      ({ id, schema, name, columns }): Table => ({
        id,
        schema,
        name,
        kind: 'table',
        columns: new Map(columns),
        primary: [...columns.values()].includes('id') ? ['id'] : [],
        uniques: [],
        rows: ROWS_ASSUMED,
        view: null,
      }),
    );
    return new Catalog(tables, []);
  }
}

/** The table use that a column as written belongs to, when that is certain. */
function useOf(column: ColumnUse, uses: readonly TableUse[]): TableUse | null {
  const scope = uses.filter((use) => use.scope === column.scope);
  const found = column.qualifier === null ? scope : scope.filter((use) => use.alias === column.qualifier);
  return found.length === 1 ? found[0]! : null;
}

/** Which table and column a field of the result is, by the statement's text. */
function originOf(
  analysis: StatementAnalysis,
  uses: readonly TableUse[],
  field: ResultField,
  index: number,
  width: number,
): { use: TableUse | null; column: string } {
  const output = analysis.outputs.length === width ? analysis.outputs[index] : undefined;
  if (output?.kind === 'column') return { use: useOf(output.source, uses), column: output.source.column };
  // A star: the field keeps its column's name, and with a single table there is no doubt whose it is.
  return { use: uses.length === 1 ? uses[0]! : null, column: field.name };
}
