import type pg from 'pg';
import { Conflict } from '../../errors.ts';
import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import type { Version } from '../../model/versions.ts';
import type { Check, EngineTransaction, Note, Row, Write, Written } from '../engine.ts';
import type { SqlCore } from '../sql/core.ts';
import type { Dictionary } from '../sql/dictionary.ts';
import type { Program } from '../sql/fragment.ts';
import { type Driver, translate } from './driver.ts';

/** A transaction at repeatable read on a connection of its own; each write in it is a savepoint. */
export class PostgresTransaction implements EngineTransaction {
  readonly #core: SqlCore;
  readonly #client: pg.PoolClient;
  readonly #programs: Driver;
  readonly #dictionary: Dictionary;

  constructor(core: SqlCore, client: pg.PoolClient, programs: Driver) {
    this.#core = core;
    this.#programs = programs;
    this.#client = client;
    this.#dictionary = core.dictionary.fork();
  }

  get(key: string, revision: number | undefined): Promise<ThingRecord | undefined> {
    return this.#drive(this.#core.get(key, revision));
  }

  getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]> {
    return this.#drive(this.#core.getMany(keys));
  }

  things(query: Query): Promise<Row<string>[]> {
    return this.#drive(this.#core.things(query, this.#dictionary));
  }

  count(query: Query): Promise<number> {
    return this.#drive(this.#core.count(query, this.#dictionary));
  }

  versions(query: Query): Promise<Row<Version>[]> {
    return this.#drive(this.#core.versions(query));
  }

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    await this.#client.query('savepoint batch');
    try {
      const dictionary = this.#dictionary.fork();
      const written = await this.#programs.run(
        this.#client,
        this.#core.write(writes, note, check, dictionary),
      );
      await this.#client.query('release savepoint batch');
      dictionary.merge();
      return written;
    } catch (error) {
      await this.#client.query('rollback to savepoint batch').catch(() => undefined);
      throw translate(error);
    }
  }

  async commit(): Promise<void> {
    try {
      const { command } = await this.#client.query('commit');
      // A transaction that an error has ended is "committed" by rolling it back.
      if (command !== 'COMMIT')
        throw new Conflict('the transaction had failed before its end; nothing was changed');
      this.#dictionary.merge();
      this.#client.release();
    } catch (error) {
      // Whether it was committed is not known; the connection is not used again.
      this.#client.release(true);
      throw translate(error);
    }
  }

  async rollback(): Promise<void> {
    try {
      await this.#client.query('rollback');
      this.#client.release();
    } catch {
      this.#client.release(true);
    }
  }

  async #drive<T>(program: Program<T>): Promise<T> {
    try {
      return await this.#programs.run(this.#client, program);
    } catch (error) {
      throw translate(error);
    }
  }
}
