import { Layout } from '../../layout/layout.ts';
import { parseSpec } from '../../layout/spec.ts';
import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import type { Version } from '../../model/versions.ts';
import type { Check, Note, Row, Write, Written } from '../engine.ts';
import type { Contents } from './contents.ts';
import { DatumContents } from './datum-contents.ts';
import type { Dialect } from './dialect.ts';
import { Dictionary } from './dictionary.ts';
import { type Program, type RowData, render, run, runPlanned, type Sql } from './fragment.ts';
import { IndexContents } from './index-contents.ts';
import { resolveNames } from './names.ts';
import { SelectCompiler } from './select.ts';
import {
  checkUsable,
  checkWritable,
  EpochChanged,
  format_version,
  type Generation,
  readState,
  type State,
  type StateBody,
} from './state.ts';
import { dataTable, type SystemTables, systemTables } from './tables.ts';
import { versionSelect } from './version-select.ts';
import { writeThings } from './write.ts';

/**
 * A store in SQL, whatever the driver: all of its statements, as programs. It holds what is known of the
 * state row and of the property names; drivers own connections and transactions.
 */
export class SqlCore {
  readonly dialect: Dialect;
  readonly system: SystemTables;
  readonly dictionary: Dictionary;
  #state: State | undefined;
  #contents: Contents | undefined;
  /** The tables that a migration fills, which writers keep up to date meanwhile. */
  #next: Contents | undefined;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.system = systemTables(dialect);
    this.dictionary = new Dictionary(this.system.property, dialect);
  }

  get state(): State {
    return this.#state!;
  }

  get contents(): Contents {
    return this.#contents!;
  }

  get next(): Contents | undefined {
    return this.#next;
  }

  /** Makes the tables where there are none. Runs in a write transaction. */
  *create(layout: Layout, receiving: boolean): Program<void> {
    for (const table of Object.values(this.system)) yield* this.#ddl(table);
    if ((yield* readState(this.system)) !== undefined) return;
    const current: Generation = {
      number: 1,
      layout: layout.text,
      data: layout.kind === 'existing' ? null : 'data',
    };
    yield* this.createTables(current);
    const body: StateBody = { current, generations: 1, migration: null, garbage: [], moved: null, receiving };
    yield* this.dialect.insert(this.system.state, [[1, format_version, 1, JSON.stringify(body)]]);
  }

  *createTables(generation: Generation): Program<void> {
    if (generation.data !== null) yield* this.#ddl(dataTable(this.dialect, generation.data));
    for (const table of this.contentsOf(generation).tables) yield* this.#ddl(table);
  }

  /** Reads the state row; false when there is none, so that this is no store yet. */
  *load(): Program<boolean> {
    const state = yield* readState(this.system);
    if (state === undefined) return false;
    const known = this.#state;
    this.#state = state;
    if (known?.current.number !== state.current.number) this.#contents = this.contentsOf(state.current);
    const { migration } = state;
    if (migration?.kind !== 'layout') this.#next = undefined;
    else if (known?.migration?.kind !== 'layout' || known.migration.to.number !== migration.to.number) {
      this.#next = this.contentsOf(migration.to);
    }
    return true;
  }

  contentsOf(generation: Generation): Contents {
    const layout = new Layout(parseSpec(generation.layout, 'stored layout'));
    const suffix = generation.number === 1 ? '' : `_g${generation.number}`;
    if (generation.data === null) return new DatumContents(layout, this.dialect, this.system, suffix);
    return new IndexContents(
      layout,
      this.dialect,
      this.system,
      dataTable(this.dialect, generation.data),
      suffix,
    );
  }

  /** Replaces the state; writers that began before it are fenced off by the new epoch. */
  *saveState(change: Partial<StateBody>, fence: boolean): Program<void> {
    yield* this.load();
    const { epoch, ...body } = this.state;
    const next = { ...body, ...change };
    const { dialect } = this;
    yield* run(
      `update ${this.system.state.name} set epoch = ${dialect.placeholder(1)}, body = ${dialect.placeholder(2)} where id = 1`,
      [fence ? epoch + 1 : epoch, JSON.stringify(next)],
    );
    yield* this.load();
  }

  /** Every write transaction starts here: a writer that knows an older epoch writes nothing. */
  checkEpoch(row: RowData | undefined): void {
    if (row?.epoch !== this.state.epoch) throw new EpochChanged();
    checkWritable(this.state);
  }

  checkReadable(): void {
    checkUsable(this.state);
  }

  *get(key: string, revision: number | undefined): Program<ThingRecord | undefined> {
    if (revision === undefined) return (yield* this.contents.current([key], false))[0];
    return yield* this.contents.revision(key, revision);
  }

  *getMany(keys: readonly string[]): Program<(ThingRecord | undefined)[]> {
    const rows = yield* this.contents.current([...new Set(keys)], false);
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => byKey.get(key));
  }

  *things(
    query: Query,
    dictionary: Dictionary = this.dictionary,
    contents: Contents = this.contents,
  ): Program<Row<string>[]> {
    const rows = yield* this.#run((yield* this.#compiler(query, dictionary, contents)).things(query));
    return rows.map((row) => ({ item: row.item as string, position: positionOf(row, query) }));
  }

  *count(query: Query, dictionary: Dictionary = this.dictionary): Program<number> {
    const [row] = yield* this.#run((yield* this.#compiler(query, dictionary, this.contents)).count(query));
    return Number(row!.count);
  }

  *versions(query: Query): Program<Row<Version>[]> {
    const rows = yield* this.#run(versionSelect(query, this.system, this.dialect));
    return rows.map((row) => ({ item: versionOf(row), position: positionOf(row, query) }));
  }

  write(writes: readonly Write[], note: Note, check: Check, dictionary: Dictionary): Program<Written[]> {
    return writeThings(this, dictionary, writes, note, check);
  }

  *#compiler(query: Query, dictionary: Dictionary, contents: Contents): Program<SelectCompiler> {
    const names = yield* resolveNames(query, dictionary);
    return new SelectCompiler(contents, this.system, this.dialect, names);
  }

  *#run(fragment: Sql): Program<RowData[]> {
    return yield* runPlanned(render(fragment, (i) => this.dialect.placeholder(i)));
  }

  *#ddl(table: { ddl(): string[] }): Program<void> {
    for (const statement of table.ddl()) yield* run(statement);
  }
}

function positionOf(row: RowData, query: Query): (string | number | null)[] {
  return query.sort.map((_, i) => row[`s${i}`] as string | number | null);
}

function versionOf(row: RowData): Version {
  return {
    key: row.key as string,
    type: row.type as string,
    revision: row.revision as number,
    created: new Date(row.created as number),
    author: (row.author as string | null) ?? undefined,
    comment: (row.comment as string | null) ?? undefined,
  };
}
