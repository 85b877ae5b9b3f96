import { StoreError } from '../../errors.ts';
import type { Program } from './fragment.ts';
import { run } from './fragment.ts';
import type { SystemTables } from './tables.ts';

/** The version of the tables' format. A store of a later format is refused, never guessed at. */
export const format_version = 1;

/** One set of tables for a layout. Names of a later generation carry its number and are never used twice. */
export interface Generation {
  readonly number: number;
  /** The layout's text. */
  readonly layout: string;
  /** The table of JSON revisions; null for a layout without one. */
  readonly data: string | null;
}

/** A change of layout under way. */
export interface LayoutMigration {
  readonly kind: 'layout';
  readonly to: Generation;
  /** `copy` until every thing is in the new tables, then `verify`; after the switch the old tables are dropped. */
  readonly phase: 'copy' | 'verify';
  /** Things with ids up to this one are copied (or verified). */
  readonly cursor: number;
  readonly total: number;
}

/** A move to another engine under way: writers note what they change. */
export interface EngineMigration {
  readonly kind: 'engine';
  /** Where to, without credentials. */
  readonly to: string;
  /** `copy`, then `fenced`: no writes any more, the last changes are being carried over. */
  readonly phase: 'copy' | 'fenced';
  readonly cursor: number;
  readonly total: number;
}

/** What is kept of the store as a whole, in one row that every writer reads. */
export interface StateBody {
  readonly current: Generation;
  /** The highest generation number ever used. */
  readonly generations: number;
  readonly migration: LayoutMigration | EngineMigration | null;
  /** Tables of an earlier layout, renamed at the switch, to be dropped. */
  readonly garbage: readonly string[];
  /** Where the store has moved to; it is not used any more. */
  readonly moved: string | null;
  /** This store is being filled by a move and cannot be used yet. */
  readonly receiving: boolean;
}

/** `epoch` grows with every change of the body that writers must know of. */
export interface State extends StateBody {
  readonly epoch: number;
}

export function* readState(tables: SystemTables): Program<State | undefined> {
  const [row] = yield* run(`select format, epoch, body from ${tables.state.name} where id = 1`);
  if (row === undefined) return undefined;
  if (row.format !== format_version) {
    throw new StoreError(
      'STORE_FORMAT',
      `the store's tables have format ${row.format}, this version of @cowpath/store reads format ${format_version}; use the version that wrote them`,
    );
  }
  return { ...(JSON.parse(row.body as string) as StateBody), epoch: row.epoch as number };
}

/** Thrown inside a program when another process changed the state: the runner reads it again and repeats. */
export class EpochChanged extends Error {}

/** Refuses a store that has moved away or is not there yet. */
export function checkUsable(state: State): void {
  if (state.moved !== null) {
    throw new StoreError('STORE_MOVED', `the store has moved to ${state.moved}; open it there`);
  }
  if (state.receiving) {
    throw new StoreError(
      'STORE_RECEIVING',
      'the store is being filled by a migration; use the old one until that is done',
    );
  }
}

/** Refuses writes, also while the last changes are carried to another engine. */
export function checkWritable(state: State): void {
  checkUsable(state);
  if (state.migration?.kind === 'engine' && state.migration.phase === 'fenced') {
    throw new StoreError(
      'STORE_MOVED',
      `the store is moving to ${state.migration.to}; open it there in a moment`,
    );
  }
}
