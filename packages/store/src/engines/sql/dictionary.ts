import { StoreError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Dialect } from './dialect.ts';
import { type Program, raw, render, run, sql } from './fragment.ts';
import type { Table } from './table.ts';

/** A property name of a type, by the number that the value tables hold. */
export interface PropertyRow {
  readonly id: number;
  readonly type: string;
  readonly name: string;
}

/**
 * The numbers of property names. Rows are only ever added, so that what was read once stays true; what was
 * not found must be asked for again. A transaction works on a fork, merged when it commits, because its own
 * additions may be rolled back.
 */
export class Dictionary {
  readonly #table: Table;
  readonly #dialect: Dialect;
  readonly #ids: Map<string, Map<string, number>>;
  readonly #parent: Dictionary | undefined;
  #size = 0;

  constructor(table: Table, dialect: Dialect, parent?: Dictionary) {
    this.#table = table;
    this.#dialect = dialect;
    this.#parent = parent;
    this.#ids = new Map();
  }

  get size(): number {
    return this.#size + (this.#parent?.size ?? 0);
  }

  fork(): Dictionary {
    return new Dictionary(this.#table, this.#dialect, this);
  }

  merge(): void {
    for (const [type, names] of this.#ids) {
      for (const [name, id] of names) this.#parent!.#remember({ type, name, id });
    }
  }

  id(type: string, name: string): number | undefined {
    return this.#ids.get(type)?.get(name) ?? this.#parent?.id(type, name);
  }

  /** Makes sure that all pairs have numbers; writes only if one is new to the store. */
  *ensure(pairs: Iterable<readonly [string, string]>): Program<void> {
    const wanted = new Map<string, readonly [string, string]>();
    for (const [type, name] of pairs) {
      if (this.id(type, name) === undefined) wanted.set(JSON.stringify([type, name]), [type, name]);
    }
    if (wanted.size === 0) return;
    // In one order everywhere, so that two writers of the same new names wait for each other, not in a circle.
    const rows = [...wanted.keys()].sort().map((key) => wanted.get(key)!);
    const names = rows.map(([, name]) => name);
    yield* this.find(names);
    const missing = rows.filter(([type, name]) => this.id(type, name) === undefined);
    if (missing.length === 0) return;
    if (this.size + missing.length > limits.properties_max) {
      throw new StoreError(
        'STORE_TOO_LARGE',
        `a store has at most ${limits.properties_max} property names; are values used as names?`,
      );
    }
    yield* this.#dialect.insertProperties(this.#table, missing);
    yield* this.find(names);
  }

  /** All rows with one of these names, whatever the type, as the database has them now. */
  *find(names: readonly string[]): Program<PropertyRow[]> {
    const distinct = [...new Set(names)];
    const among = this.#dialect.oneOf(raw('name'), distinct, 'text');
    const query = render(
      sql`select id, type, name from ${raw(this.#table.name)} where ${among} order by id`,
      (i) => this.#dialect.placeholder(i),
    );
    const rows = (yield* run(query.text, query.values)) as unknown as PropertyRow[];
    for (const row of rows) this.#remember(row);
    return rows;
  }

  #remember({ type, name, id }: PropertyRow): void {
    let names = this.#ids.get(type);
    if (names === undefined) {
      names = new Map();
      this.#ids.set(type, names);
    }
    if (!names.has(name)) this.#size++;
    names.set(name, id);
  }
}
