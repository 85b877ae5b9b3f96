import type { Layout } from '../../layout/layout.ts';
import type { Datatype } from '../../model/datatypes.ts';
import type { Document, Leaf } from '../../model/document.ts';
import {
  type Contents,
  type CurrentRow,
  type Numbers,
  type ProjectionTable,
  type Saved,
  type SavedHistory,
  SavedRevision,
  type Source,
} from './contents.ts';
import type { ColumnType, Dialect } from './dialect.ts';
import type { PropertyRow } from './dictionary.ts';
import { type Program, raw, render, run, runAll, type Sql, type Statement, sql } from './fragment.ts';
import { quote, Table } from './table.ts';
import type { SystemTables } from './tables.ts';
import { groupsOf, projectionRows, rowOf, sameGroup } from './value-rows.ts';

/** How a datatype is held in a column; text is not compared and has none. */
export const columnTypes: Readonly<Record<Exclude<Datatype, 'text'>, ColumnType>> = {
  str: 'text',
  url: 'text',
  int: 'int',
  float: 'float',
  boolean: 'int',
  datetime: 'int',
  ref: 'int',
};

interface Part {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  readonly leaves: readonly Leaf[];
}

/**
 * The layouts that keep each revision as one JSON text (table `data`) and the values of the latest revision
 * in tables by datatype, type or property, and in projections.
 */
export class IndexContents implements Contents {
  readonly layout: Layout;
  readonly tables: readonly Table[];
  readonly projections: readonly ProjectionTable[];
  readonly latest: string;
  readonly #dialect: Dialect;
  readonly #system: SystemTables;
  readonly #data: Table;
  readonly #values = new Map<string, Table>();
  readonly #select: string;

  /** `suffix` sets the tables of one generation apart from those of others. */
  constructor(layout: Layout, dialect: Dialect, system: SystemTables, data: Table, suffix: string) {
    this.layout = layout;
    this.#dialect = dialect;
    this.#system = system;
    this.#data = data;
    for (const { name, datatype } of layout.tables)
      this.#values.set(name, valueTable(dialect, name + suffix, datatype));
    this.projections = layout.projections.map((it) => projectionTable(dialect, it, suffix));
    this.tables = [...this.#values.values(), ...this.projections.map(({ table }) => table)];
    this.latest = `select t.type, t.latest_revision, t.created, t.last_modified as modified, d.json from ${system.thing.name} t
      join ${data.name} d on d.thing_id = t.id and d.revision = t.latest_revision where t.key = ${dialect.placeholder(1)}`;
    this.#select = `select t.id, t.key, t.type, t.latest_revision as revision, t.latest_revision, t.created,
      t.last_modified as modified, d.json from ${system.thing.name} t
      join ${data.name} d on d.thing_id = t.id and d.revision = t.latest_revision`;
  }

  names(_document: Document, leaves: readonly Leaf[]): Iterable<string> {
    return leaves.map(({ name }) => name);
  }

  held({ revisions }: SavedHistory): readonly SavedRevision[] {
    return revisions.slice(-1);
  }

  *add(saved: readonly Saved[], numbers: Numbers): Program<void> {
    yield* this.#dialect.insert(
      this.#data,
      saved.map(({ id, revision, json }) => [id, revision, json]),
    );
    const stale = new RowsByTable();
    const fresh = new RowsByTable();
    for (const thing of saved) {
      const { before } = thing;
      const old = before && {
        id: thing.id,
        key: thing.key,
        type: before.type,
        leaves: before.leaves,
      };
      this.#addValues(thing, old, numbers, stale, fresh);
      this.#addProjections(thing, old, numbers, stale, fresh);
    }
    for (const [table, rows] of stale) {
      const columns = rows[0]!.length === 1 ? ['thing_id'] : ['thing_id', 'key_id'];
      yield* this.#dialect.deleteRows(table.name, columns, rows as number[][]);
    }
    yield* this.#insertAll(fresh);
  }

  *rewrite(histories: readonly SavedHistory[], numbers: Numbers, withData: boolean): Program<void> {
    const ids = histories.map(({ id }) => [id]);
    const fresh = new RowsByTable();
    for (const { id, key, revisions } of histories) {
      const latest = revisions[revisions.length - 1]!;
      const part = { id, key, type: latest.type, leaves: latest.leaves };
      this.#addValues(part, undefined, numbers, fresh, fresh);
      this.#addProjections(part, undefined, numbers, fresh, fresh);
      if (withData) for (const { revision, json } of revisions) fresh.add(this.#data, [id, revision, json]);
    }
    for (const table of withData ? [...this.tables, this.#data] : this.tables) {
      yield* this.#dialect.deleteRows(table.name, ['thing_id'], ids);
    }
    yield* this.#insertAll(fresh);
  }

  *current(keys: readonly string[], lock: boolean): Program<CurrentRow[]> {
    const select =
      keys.length === 1
        ? { text: `${this.#select} where t.key = ${this.#dialect.placeholder(1)}`, values: keys }
        : this.#render(sql`${raw(this.#select)} where ${this.#dialect.oneOf(raw('t.key'), keys, 'text')}`);
    const first = lock && this.#dialect.lockThings !== '' ? [this.#lock(keys)] : [];
    return (yield* runAll([...first, select])) as unknown as CurrentRow[];
  }

  *revision(key: string, revision: number): Program<CurrentRow | undefined> {
    const rows = yield* this.#query(
      sql`select t.id, t.key, v.type, v.revision, t.latest_revision, t.created, v.created as modified, d.json
        from ${raw(this.#system.thing.name)} t
        join ${raw(this.#system.version.name)} v on v.thing_id = t.id and v.revision = ${revision}
        join ${raw(this.#data.name)} d on d.thing_id = t.id and d.revision = v.revision
        where t.key = ${key}`,
    );
    return rows[0];
  }

  *histories(which: Parameters<Contents['histories']>[0]): Program<SavedHistory[]> {
    const { thing, version } = this.#system;
    const chosen =
      'ids' in which
        ? this.#dialect.oneOf(raw('t.id'), which.ids, 'int')
        : sql`t.id in (select id from ${raw(thing.name)} where id > ${which.after} and latest_revision > 0 order by id limit ${which.limit})`;
    const rows = yield* this.#query(
      sql`select t.id, t.key, v.revision, v.type, d.json from ${raw(thing.name)} t
        join ${raw(version.name)} v on v.thing_id = t.id
        join ${raw(this.#data.name)} d on d.thing_id = t.id and d.revision = v.revision
        where ${chosen} order by t.id, v.revision`,
    );
    return collect(rows);
  }

  sources(properties: readonly PropertyRow[], datatype: Datatype): Source[] {
    const ids = new Map<string, number[]>();
    for (const { id, type, name } of properties) {
      const table = this.layout.tableOf(type, name, datatype);
      const known = ids.get(table);
      if (known === undefined) ids.set(table, [id]);
      else known.push(id);
    }
    return [...ids].map(([table, keyIds]) => ({
      from: raw(this.#values.get(table)!.name),
      value: datatype === 'text' ? undefined : raw('value'),
      where: undefined,
      keyIds,
    }));
  }

  *fingerprints(ids: readonly number[]): Program<Map<number, string[]>> {
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    for (const table of this.tables) {
      const among = this.#dialect.oneOf(raw('thing_id'), ids, 'int');
      const rows = yield* this.#query(
        sql`select ${raw(table.names())} from ${raw(table.name)} where ${among}`,
      );
      for (const row of rows) {
        const cells = table.columns.map(({ name }) => (row as unknown as Record<string, unknown>)[name]);
        found.get(row.thing_id!)!.push(JSON.stringify([table.bare, ...cells]));
      }
    }
    for (const rows of found.values()) rows.sort();
    return found;
  }

  expected({ id, key, revisions }: SavedHistory, numbers: Numbers): string[] {
    const latest = revisions[revisions.length - 1]!;
    const part = { id, key, type: latest.type, leaves: latest.leaves };
    const rows = new RowsByTable();
    this.#addValues(part, undefined, numbers, rows, rows);
    this.#addProjections(part, undefined, numbers, rows, rows);
    return [...rows].flatMap(([table, of]) => of.map((row) => JSON.stringify([table.bare, ...row]))).sort();
  }

  /**
   * A statement of its own: had the select with its join waited for a lock, it would look for the revision
   * that the other writer replaced, and find nothing.
   */
  #lock(keys: readonly string[]): Statement {
    const among = this.#dialect.oneOf(raw('t.key'), keys, 'text');
    return this.#render(
      sql`select t.id from ${raw(this.#system.thing.name)} t where ${among} order by t.key${raw(this.#dialect.lockThings)}`,
    );
  }

  #addValues(
    after: Part,
    before: Part | undefined,
    numbers: Numbers,
    stale: RowsByTable,
    fresh: RowsByTable,
  ): void {
    const { id: thingId, type } = after;
    if (before === undefined) {
      // Hot path (bench/store, create): nothing to compare with, so the values need no grouping.
      for (const leaf of after.leaves) {
        const table = this.#values.get(this.layout.tableOf(type, leaf.name, leaf.datatype))!;
        fresh.add(table, rowOf(leaf, thingId, numbers.keyId(type, leaf.name), numbers));
      }
      return;
    }
    const groups = groupsOf(this.layout, type, after.leaves, numbers);
    const old = groupsOf(this.layout, before.type, before.leaves, numbers);
    for (const [id, group] of old) {
      const next = groups.get(id);
      if (next !== undefined && sameGroup(group, next)) groups.delete(id);
      else stale.add(this.#values.get(group.table)!, [thingId, group.keyId]);
    }
    for (const group of groups.values()) {
      const table = this.#values.get(group.table)!;
      for (const leaf of group.leaves) fresh.add(table, rowOf(leaf, thingId, group.keyId, numbers));
    }
  }

  #addProjections(
    after: Part,
    before: Part | undefined,
    numbers: Numbers,
    stale: RowsByTable,
    fresh: RowsByTable,
  ): void {
    for (const target of this.projections) {
      const { type } = target.projection;
      if (before?.type === type) {
        if (after.type === type && sameColumns(target, before.leaves, after.leaves)) continue;
        stale.add(target.table, [after.id]);
      }
      if (after.type !== type) continue;
      for (const row of projectionRows(target, after, numbers)) fresh.add(target.table, row);
    }
  }

  *#insertAll(rows: RowsByTable): Program<void> {
    for (const [table, of] of rows) yield* this.#dialect.insert(table, of);
  }

  *#query(fragment: Sql): Program<(CurrentRow & { thing_id?: number })[]> {
    const { text, values } = this.#render(fragment);
    return (yield* run(text, values)) as unknown as CurrentRow[];
  }

  #render(fragment: Sql): Statement {
    return render(fragment, (i) => this.#dialect.placeholder(i));
  }
}

/** Rows gathered for several tables, in the order in which the tables were first met. */
class RowsByTable extends Map<Table, unknown[][]> {
  add(table: Table, row: unknown[]): void {
    const rows = this.get(table);
    if (rows === undefined) this.set(table, [row]);
    else rows.push(row);
  }
}

/** Histories from rows ordered by thing and revision. */
function collect(
  rows: Iterable<{
    readonly id: number;
    readonly key: string;
    readonly revision: number;
    readonly type: string;
    readonly json: string;
  }>,
): SavedHistory[] {
  const histories: { id: number; key: string; revisions: SavedRevision[] }[] = [];
  for (const { id, key, revision, type, json } of rows) {
    if (histories.at(-1)?.id !== id) histories.push({ id, key, revisions: [] });
    histories.at(-1)!.revisions.push(new SavedRevision(revision, type, json));
  }
  return histories;
}

function sameColumns(target: ProjectionTable, before: readonly Leaf[], after: readonly Leaf[]): boolean {
  return target.projection.columns.every(({ property, datatype }) => {
    const values = (leaves: readonly Leaf[]): unknown[] =>
      leaves.filter((leaf) => leaf.name === property && leaf.datatype === datatype).map(({ value }) => value);
    const old = values(before);
    const now = values(after);
    return old.length === now.length && old.every((value, i) => value === now[i]);
  });
}

function valueTable(dialect: Dialect, bare: string, datatype: Datatype): Table {
  const value = datatype === 'text' ? [] : [{ name: 'value', type: columnTypes[datatype] }];
  return new Table(dialect, bare, {
    columns: [
      { name: 'thing_id', type: 'int' },
      { name: 'key_id', type: 'int' },
      ...value,
      { name: 'ordering', type: 'int', null: true },
    ],
    indexes: [
      { columns: datatype === 'text' ? 'key_id, thing_id' : 'key_id, value, thing_id' },
      { columns: 'thing_id, key_id' },
    ],
  });
}

function projectionTable(
  dialect: Dialect,
  projection: Layout['projections'][number],
  suffix: string,
): ProjectionTable {
  const named = projection.columns.map((column, i) => {
    const word = column.property
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]+/g, '_')
      .slice(0, 40);
    return {
      ...column,
      name: `p${i + 1}_${word}`,
      type: columnTypes[column.datatype as keyof typeof columnTypes],
    };
  });
  const indexes = projection.indexes.map((properties) => {
    const columns = properties.map((property, i) => {
      const { name, type } = named.find((column) => column.property === property)!;
      return type === 'text' && i < properties.length - 1
        ? dialect.digest(quote(name))
        : dialect.ordered(quote(name));
    });
    return { columns: [...columns, 'key'].join(', ') };
  });
  const table = new Table(dialect, projection.table + suffix, {
    columns: [
      { name: 'thing_id', type: 'int' },
      { name: 'key', type: 'text' },
      ...named.map(({ name, type }) => ({ name, type, null: true })),
    ],
    indexes: [...indexes, { columns: 'thing_id' }],
  });
  return { projection, table, columns: named.map(({ name }) => quote(name)) };
}
