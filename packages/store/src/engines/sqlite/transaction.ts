import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import type { Version } from '../../model/versions.ts';
import type { Check, EngineTransaction, Note, Row, Write, Written } from '../engine.ts';
import type { SqlCore } from '../sql/core.ts';
import type { Dictionary } from '../sql/dictionary.ts';
import type { Connection } from './connection.ts';

/** The one write transaction of a file, held open across awaits; each write in it is a savepoint. */
export class SqliteTransaction implements EngineTransaction {
  readonly #core: SqlCore;
  readonly #connection: Connection;
  readonly #release: () => void;
  readonly #dictionary: Dictionary;

  constructor(core: SqlCore, connection: Connection, release: () => void) {
    this.#core = core;
    this.#connection = connection;
    this.#release = release;
    this.#dictionary = core.dictionary.fork();
  }

  async get(key: string, revision: number | undefined): Promise<ThingRecord | undefined> {
    return this.#connection.drive(this.#core.get(key, revision));
  }

  async getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]> {
    return this.#connection.drive(this.#core.getMany(keys));
  }

  async things(query: Query): Promise<Row<string>[]> {
    return this.#connection.drive(this.#core.things(query, this.#dictionary));
  }

  async count(query: Query): Promise<number> {
    return this.#connection.drive(this.#core.count(query, this.#dictionary));
  }

  async versions(query: Query): Promise<Row<Version>[]> {
    return this.#connection.drive(this.#core.versions(query));
  }

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    this.#connection.exec('savepoint batch');
    try {
      const dictionary = this.#dictionary.fork();
      const result = this.#connection.drive(this.#core.write(writes, note, check, dictionary));
      this.#connection.exec('release batch');
      dictionary.merge();
      return result;
    } catch (error) {
      if (this.#connection.open) {
        this.#connection.exec('rollback to batch');
        this.#connection.exec('release batch');
      }
      throw error;
    }
  }

  async commit(): Promise<void> {
    try {
      this.#connection.exec('commit');
      this.#dictionary.merge();
    } catch (error) {
      this.#connection.rollback();
      throw this.#connection.translate(error);
    } finally {
      this.#release();
    }
  }

  async rollback(): Promise<void> {
    try {
      this.#connection.rollback();
    } finally {
      this.#release();
    }
  }
}
