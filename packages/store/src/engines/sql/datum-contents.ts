import type { Layout } from '../../layout/layout.ts';
import { type Datatype, datatypes } from '../../model/datatypes.ts';
import type { Document, Leaf } from '../../model/document.ts';
import {
  type Contents,
  type CurrentRow,
  type Numbers,
  type Saved,
  type SavedHistory,
  SavedRevision,
  type Source,
} from './contents.ts';
import type { Dialect } from './dialect.ts';
import type { PropertyRow } from './dictionary.ts';
import { type Program, raw, render, run, type Sql, sql } from './fragment.ts';
import { columnTypes } from './index-contents.ts';
import { documentOf, type Placed, placesOf } from './places.ts';
import { Table } from './table.ts';
import type { SystemTables } from './tables.ts';

/** The end revision of a row that still holds. */
const still = 2_147_483_647;

/** A row of the datum table; it holds from `begin_revision` up to, not including, `end_revision`. */
interface Datum {
  readonly placed: Placed;
  readonly keyId: number;
  readonly begin: number;
  readonly end: number;
}

interface DatumRow {
  readonly thing_id: number;
  readonly place: string;
  readonly datatype: Placed['datatype'];
  readonly value_text: string | null;
  readonly value_int: number | null;
  readonly value_float: number | null;
  readonly ref_key: string | null;
  readonly begin_revision: number;
  readonly end_revision: number;
}

/**
 * The layout `existing`: every value of every revision is a row of one table, with the revisions between
 * which it held, and partial indexes by datatype over those that still hold. Objects are put together from
 * their rows.
 */
export class DatumContents implements Contents {
  readonly layout: Layout;
  readonly tables: readonly Table[];
  readonly projections: Contents['projections'] = [];
  readonly latest = undefined;
  readonly #dialect: Dialect;
  readonly #system: SystemTables;
  readonly #datum: Table;

  constructor(layout: Layout, dialect: Dialect, system: SystemTables, suffix: string) {
    this.layout = layout;
    this.#dialect = dialect;
    this.#system = system;
    this.#datum = datumTable(dialect, `datum${suffix}`);
    this.tables = [this.#datum];
  }

  names(document: Document, _leaves: readonly Leaf[]): Iterable<string> {
    return placesOf(document).map(({ name }) => name);
  }

  held({ revisions }: SavedHistory): readonly SavedRevision[] {
    return revisions;
  }

  *add(saved: readonly Saved[], numbers: Numbers): Program<void> {
    const ended: unknown[][] = [];
    const rows: unknown[][] = [];
    for (const { id, revision, type, document, before } of saved) {
      const held = before === undefined ? [] : open(before.type, before.document, 1, numbers);
      const { stale, fresh } = change(held, open(type, document, revision, numbers));
      for (const { placed } of stale) ended.push([revision, id, placed.place]);
      for (const datum of fresh) rows.push(cells(id, datum, numbers));
    }
    if (ended.length > 0) yield* this.#end(ended);
    yield* this.#dialect.insert(this.#datum, rows);
  }

  *rewrite(histories: readonly SavedHistory[], numbers: Numbers): Program<void> {
    yield* this.#dialect.deleteRows(
      this.#datum.name,
      ['thing_id'],
      histories.map(({ id }) => [id]),
    );
    const rows = histories.flatMap((history) =>
      dataOf(history, numbers).map((it) => cells(history.id, it, numbers)),
    );
    yield* this.#dialect.insert(this.#datum, rows);
  }

  *current(keys: readonly string[], lock: boolean): Program<CurrentRow[]> {
    const among = this.#dialect.oneOf(raw('t.key'), keys, 'text');
    const things = yield* this.#query<Omit<CurrentRow, 'json'>>(
      sql`select t.id, t.key, t.type, t.latest_revision as revision, t.latest_revision, t.created,
        t.last_modified as modified from ${raw(this.#system.thing.name)} t where ${among} and t.latest_revision > 0
        order by t.key${raw(lock ? this.#dialect.lockThings : '')}`,
    );
    return yield* this.#withDocuments(things);
  }

  *revision(key: string, revision: number): Program<CurrentRow | undefined> {
    const things = yield* this.#query<Omit<CurrentRow, 'json'>>(
      sql`select t.id, t.key, v.type, v.revision, t.latest_revision, t.created, v.created as modified
        from ${raw(this.#system.thing.name)} t
        join ${raw(this.#system.version.name)} v on v.thing_id = t.id and v.revision = ${revision} where t.key = ${key}`,
    );
    return (yield* this.#withDocuments(things))[0];
  }

  *histories(which: Parameters<Contents['histories']>[0]): Program<SavedHistory[]> {
    const { thing, version } = this.#system;
    const chosen =
      'ids' in which
        ? this.#dialect.oneOf(raw('t.id'), which.ids, 'int')
        : sql`t.id in (select id from ${raw(thing.name)} where id > ${which.after} and latest_revision > 0 order by id limit ${which.limit})`;
    const versions = yield* this.#query<{ id: number; key: string; revision: number; type: string }>(
      sql`select t.id, t.key, v.revision, v.type from ${raw(thing.name)} t
        join ${raw(version.name)} v on v.thing_id = t.id where ${chosen} order by t.id, v.revision`,
    );
    const rows = groupById(yield* this.#rows([...new Set(versions.map(({ id }) => id))]));
    const histories: { id: number; key: string; revisions: SavedRevision[] }[] = [];
    for (const { id, key, revision, type } of versions) {
      if (histories.at(-1)?.id !== id) histories.push({ id, key, revisions: [] });
      const json = JSON.stringify(documentAt(rows.get(id) ?? [], revision));
      histories.at(-1)!.revisions.push(new SavedRevision(revision, type, json));
    }
    return histories;
  }

  sources(properties: readonly PropertyRow[], datatype: Datatype): Source[] {
    return [
      {
        from: raw(this.#datum.name),
        value: datatype === 'text' ? undefined : raw(valueColumn(datatype)),
        where: raw(`datatype = '${datatype}' and end_revision = ${still}`),
        keyIds: properties.map(({ id }) => id),
      },
    ];
  }

  *fingerprints(ids: readonly number[]): Program<Map<number, string[]>> {
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    for (const row of yield* this.#rows(ids)) {
      const cell = [row.place, row.datatype, scalarOf(row), row.begin_revision, row.end_revision];
      found.get(row.thing_id)!.push(JSON.stringify(cell));
    }
    for (const rows of found.values()) rows.sort();
    return found;
  }

  expected(history: SavedHistory, numbers: Numbers): string[] {
    return dataOf(history, numbers)
      .map(({ placed, begin, end }) =>
        JSON.stringify([placed.place, placed.datatype, placed.value, begin, end]),
      )
      .sort();
  }

  /** Rows of [end, thing, place]. */
  *#end(rows: readonly unknown[][]): Program<void> {
    for (const row of rows) {
      const [end, id, place] = row;
      const { text, values } = this.#render(
        sql`update ${raw(this.#datum.name)} set end_revision = ${end}
          where thing_id = ${id} and place = ${place} and end_revision = ${raw(String(still))}`,
      );
      yield* run(text, values);
    }
  }

  *#withDocuments(things: readonly Omit<CurrentRow, 'json'>[]): Program<CurrentRow[]> {
    const rows = groupById(yield* this.#rows(things.map(({ id }) => id)));
    return things.map((thing) => ({
      ...thing,
      json: JSON.stringify(documentAt(rows.get(thing.id) ?? [], thing.revision)),
    }));
  }

  /** All rows of the things, in the order in which they were written. */
  *#rows(ids: readonly number[]): Program<DatumRow[]> {
    if (ids.length === 0) return [];
    return yield* this.#query<DatumRow>(
      sql`select d.thing_id, d.place, d.datatype, d.value_text, d.value_int, d.value_float, r.key as ref_key,
        d.begin_revision, d.end_revision from ${raw(this.#datum.name)} d
        left join ${raw(this.#system.thing.name)} r on r.id = d.value_ref
        where ${this.#dialect.oneOf(raw('d.thing_id'), ids, 'int')} order by d.id`,
    );
  }

  *#query<R>(fragment: Sql): Program<R[]> {
    const { text, values } = this.#render(fragment);
    return (yield* run(text, values)) as unknown as R[];
  }

  #render(fragment: Sql): { text: string; values: readonly unknown[] } {
    return render(fragment, (i) => this.#dialect.placeholder(i));
  }
}

function datumTable(dialect: Dialect, bare: string): Table {
  const compared = datatypes.filter((datatype) => datatype !== 'text');
  return new Table(dialect, bare, {
    identity: true,
    columns: [
      { name: 'thing_id', type: 'int' },
      { name: 'key_id', type: 'int' },
      { name: 'datatype', type: 'text' },
      { name: 'value_text', type: 'text', null: true },
      { name: 'value_int', type: 'int', null: true },
      { name: 'value_float', type: 'float', null: true },
      { name: 'value_ref', type: 'int', null: true },
      { name: 'ordering', type: 'int', null: true },
      { name: 'place', type: 'text' },
      { name: 'begin_revision', type: 'int' },
      { name: 'end_revision', type: 'int' },
    ],
    indexes: [
      ...compared.map((datatype) => ({
        columns: `key_id, ${valueColumn(datatype)}, thing_id`,
        where: `datatype = '${datatype}' and end_revision = ${still}`,
      })),
      { columns: 'key_id, thing_id', where: `datatype = 'text' and end_revision = ${still}` },
      { columns: 'thing_id, key_id' },
    ],
  });
}

function valueColumn(datatype: Datatype): string {
  if (datatype === 'ref') return 'value_ref';
  return datatype === 'text' ? 'value_text' : `value_${columnTypes[datatype]}`;
}

/** What a document's rows would be if they began now. */
function open(type: string, document: Document, revision: number, numbers: Numbers): Datum[] {
  return placesOf(document).map((placed) => ({
    placed,
    keyId: numbers.keyId(type, placed.name),
    begin: revision,
    end: still,
  }));
}

/** Which rows no longer hold, and which are new. */
function change(held: readonly Datum[], now: readonly Datum[]): { stale: Datum[]; fresh: Datum[] } {
  const idOf = ({ placed, keyId }: Datum): string =>
    JSON.stringify([placed.place, keyId, placed.datatype, placed.value, placed.ordering]);
  const before = new Set(held.map(idOf));
  const after = new Set(now.map(idOf));
  return {
    stale: held.filter((datum) => !after.has(idOf(datum))),
    fresh: now.filter((datum) => !before.has(idOf(datum))),
  };
}

/** All rows of a thing from its history. */
function dataOf(history: SavedHistory, numbers: Numbers): Datum[] {
  const all: Datum[] = [];
  let held: Datum[] = [];
  for (const { revision, type, document } of history.revisions) {
    const { stale, fresh } = change(held, open(type, document, revision, numbers));
    for (const datum of stale) all.push({ ...datum, end: revision });
    held = [...held.filter((datum) => !stale.includes(datum)), ...fresh];
  }
  return [...all, ...held];
}

function cells(id: number, { placed, keyId, begin, end }: Datum, numbers: Numbers): unknown[] {
  const { datatype, value, ordering, place } = placed;
  const column = datatype === 'list' || datatype === 'object' ? undefined : valueColumn(datatype);
  return [
    id,
    keyId,
    datatype,
    column === 'value_text' ? value : null,
    column === 'value_int' ? value : null,
    column === 'value_float' ? value : null,
    column === 'value_ref' ? numbers.thingId(value as string) : null,
    ordering,
    place,
    begin,
    end,
  ];
}

function scalarOf(row: DatumRow): string | number | null {
  return row.ref_key ?? row.value_text ?? row.value_int ?? row.value_float;
}

function documentAt(rows: readonly DatumRow[], revision: number): Document {
  const held = rows.filter((row) => row.begin_revision <= revision && revision < row.end_revision);
  return documentOf(held.map((row) => ({ place: row.place, datatype: row.datatype, value: scalarOf(row) })));
}

function groupById(rows: readonly DatumRow[]): Map<number, DatumRow[]> {
  return Map.groupBy(rows, ({ thing_id }) => thing_id);
}
