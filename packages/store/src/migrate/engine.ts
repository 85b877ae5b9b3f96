import type { SqlEngine } from '../engines/sql/engine.ts';
import { type Program, raw, render, run, sql } from '../engines/sql/fragment.ts';
import { type MovedThing, placeThings, readThings } from '../engines/sql/move.ts';
import type { EngineMigration } from '../engines/sql/state.ts';
import { StoreError } from '../errors.ts';
import { readSettings, runPass, type Settings } from './batches.ts';
import { Exclusion, type MigrateOptions, type MigrationReport, patiently } from './progress.ts';
import { sameHistory, sampleQueries } from './verify.ts';

/** Changes that may be left when writers are shut out for the last ones. */
const last_changes_max = 200;

/**
 * Moves a store to another engine while it is in use. `target` must have been opened with `receiving: true`.
 * Until the switch the old store answers all; then its writers get `STORE_MOVED`, and in one moment all who
 * used it. Interrupted, the same call goes on.
 * @throws STORE_MIGRATION_RUNNING, STORE_MIGRATION, STORE_MIGRATION_VERIFY as `migrateLayout`
 */
export async function migrateEngine(
  source: SqlEngine,
  target: SqlEngine,
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const settings = readSettings(options);
  const unlock = await source.lockMigration();
  try {
    const unlockTarget = await target.lockMigration();
    try {
      return await new EngineMigrator(source, target, settings).run();
    } finally {
      await unlockTarget();
    }
  } finally {
    await unlock();
  }
}

class EngineMigrator {
  readonly #source: SqlEngine;
  readonly #target: SqlEngine;
  readonly #settings: Settings;
  readonly #exclusion = new Exclusion();
  #compared = 0;
  #things = 0;

  constructor(source: SqlEngine, target: SqlEngine, settings: Settings) {
    this.#source = source;
    this.#target = target;
    this.#settings = settings;
  }

  async run(): Promise<MigrationReport> {
    const start = performance.now();
    const { core } = this.#source;
    await this.#source.query(() => core.load());
    await this.#target.query(() => this.#target.core.load());
    if (!this.#isOpened()) {
      await this.#begin();
      await this.#copy();
      await this.#carryUntilFew();
      await this.#verify();
    }
    await this.#exclusion.measure(() => this.#switch());
    return {
      things: this.#things,
      queries_compared: this.#compared,
      longest_exclusion_ms: this.#exclusion.longest_ms,
      duration_ms: performance.now() - start,
    };
  }

  get #migration(): EngineMigration {
    return this.#source.core.state.migration as EngineMigration;
  }

  /** Whether an earlier call had come as far as opening the target. */
  #isOpened(): boolean {
    const { migration } = this.#source.core.state;
    if (migration?.kind !== 'engine' || migration.phase !== 'fenced') return false;
    return migration.to === this.#target.where && !this.#target.core.state.receiving;
  }

  async #begin(): Promise<void> {
    const { core } = this.#source;
    const { migration } = core.state;
    const to = this.#target.where;
    if (migration !== null && (migration.kind !== 'engine' || migration.to !== to)) {
      const where = migration.kind === 'engine' ? migration.to : 'another layout';
      throw new StoreError(
        'STORE_MIGRATION',
        `migrate: a migration to ${where} was begun and not ended; end or abort it first`,
      );
    }
    if (!this.#target.core.state.receiving) {
      throw new StoreError('STORE_MIGRATION', `migrate: ${to} is a store in use; move into an empty place`);
    }
    if (migration !== null) return;
    const [row] = await this.#source.query(() => run(`select count(*) as n from ${core.system.thing.name}`));
    const started: EngineMigration = { kind: 'engine', to, phase: 'copy', cursor: 0, total: Number(row!.n) };
    await this.#source.transact(() => core.saveState({ migration: started }, true), false);
  }

  /** Every thing by id; what is written meanwhile is noted by its writer and carried over later. */
  async #copy(): Promise<void> {
    const { core } = this.#source;
    const { phase, total } = this.#migration;
    if (phase === 'fenced') return;
    const next = async (limit: number): Promise<number> => {
      const { cursor } = this.#migration;
      const things = await this.#source.query(() => readThings(core, { after: cursor, limit }));
      if (things.length === 0) return 0;
      await this.#place(things);
      const migration = { ...this.#migration, cursor: things.at(-1)!.id };
      await this.#source.transact(() => core.saveState({ migration }, false), true);
      this.#things += things.length;
      return things.length;
    };
    await runPass({ phase: 'copy', total, done: 0, rest_ms: 0, next }, this.#settings);
  }

  async #place(things: readonly MovedThing[]): Promise<void> {
    if (things.length === 0) return;
    const { core } = this.#target;
    await patiently(async () => {
      // A fork, because names added by a batch that fails have no numbers.
      const dictionary = core.dictionary.fork();
      await this.#target.transact(() => placeThings(core, dictionary, things), false);
      dictionary.merge();
    });
  }

  /** Rounds that each carry what was noted before it began, until little is left or rounds no longer get smaller. */
  async #carryUntilFew(): Promise<void> {
    let before = Number.POSITIVE_INFINITY;
    for (let round = 1; ; round++) {
      const carried = await this.#carry();
      this.#settings.onProgress({ phase: 'carry', done: carried, total: carried });
      if (carried <= last_changes_max || (round > 3 && carried > 0.8 * before)) return;
      before = carried;
    }
  }

  /** Copies again what was changed up to now, and forgets exactly the notes that were read. Returns their number. */
  async #carry(): Promise<number> {
    const { core } = this.#source;
    const { changed } = core.system;
    const [latest] = await this.#source.query(() => run(`select max(id) as id from ${changed.name}`));
    const upTo = Number(latest!.id ?? 0);
    let carried = 0;
    for (;;) {
      const notes = await this.#source.query(() => {
        const next = sql`select id, thing_id from ${raw(changed.name)} where id <= ${upTo} order by id limit 5000`;
        const { text, values } = render(next, (i) => core.dialect.placeholder(i));
        return run(text, values);
      });
      if (notes.length === 0) return carried;
      const ids = [...new Set(notes.map((row) => row.thing_id as number))];
      for (let i = 0; i < ids.length; i += 100) {
        await this.#place(await this.#source.query(() => readThings(core, { ids: ids.slice(i, i + 100) })));
      }
      const read = notes.map((row) => [row.id as number]);
      const forget = (): Program<void> => core.dialect.deleteRows(changed.name, ['id'], read);
      // Under the fence the state forbids writes; this one is the migration's own.
      await this.#source.transact(forget, this.#migration.phase !== 'fenced');
      carried += notes.length;
    }
  }

  /** Compares every thing; one that a writer changed since it was carried is noted again, and judged under the fence. */
  async #verify(): Promise<void> {
    const { core } = this.#source;
    const { total, phase } = this.#migration;
    let after = 0;
    const next = async (limit: number): Promise<number> => {
      const things = await this.#source.query(() => readThings(core, { after, limit }));
      if (things.length === 0) return 0;
      after = things.at(-1)!.id;
      const rows = (await this.#different(things)).map(({ id }) => [id]);
      if (rows.length > 0) {
        await this.#source.transact(() => core.dialect.insert(core.system.changed, rows), phase !== 'fenced');
      }
      return things.length;
    };
    await runPass({ phase: 'verify', total, done: 0, rest_ms: 0, next }, this.#settings);
  }

  async #different(things: readonly MovedThing[]): Promise<MovedThing[]> {
    const keys = things.map(({ key }) => key);
    const copies = await this.#target.query(() => readThings(this.#target.core, { keys }));
    const byKey = new Map(copies.map((copy) => [copy.key, copy]));
    return things.filter((thing) => {
      const copy = byKey.get(thing.key);
      if (!sameHistory(thing, copy)) return true;
      return thing.revisions.some((it, i) => {
        const other = copy!.revisions[i]!;
        return it.created !== other.created || it.author !== other.author || it.comment !== other.comment;
      });
    });
  }

  /** Shuts writers out, carries the last changes, opens the target, and leaves word where the store is now. */
  async #switch(): Promise<void> {
    const { core } = this.#source;
    this.#settings.onProgress({ phase: 'switch', done: 0, total: 1 });
    if (!this.#isOpened()) await this.#closeSource();
    // From here there is no way back; a crash between these two leaves both closed, and the same call ends it.
    const { core: other } = this.#target;
    await this.#target.transact(() => other.saveState({ receiving: false }, true), false);
    const to = this.#target.where;
    await this.#exclusion.alone(this.#source, function* (): Program<void> {
      // Readers look at things first: where the table is gone, they read the state, and learn of the move.
      yield* core.dialect.impatient();
      yield* run(core.dialect.rename('thing', 'moved_thing'));
      yield* core.saveState({ migration: null, moved: to }, true);
    });
    this.#settings.onProgress({ phase: 'switch', done: 1, total: 1 });
  }

  async #closeSource(): Promise<void> {
    const { core } = this.#source;
    const fenced = { ...this.#migration, phase: 'fenced' as const };
    await this.#exclusion.alone(this.#source, () => core.saveState({ migration: fenced }, true));
    try {
      await this.#carryAndCompare();
    } catch (error) {
      const again = { ...fenced, phase: 'copy' as const, cursor: 0 };
      await this.#exclusion.alone(this.#source, () => core.saveState({ migration: again }, true));
      throw error;
    }
  }

  async #carryAndCompare(): Promise<void> {
    const { core } = this.#source;
    const { changed } = core.system;
    const notes = await this.#source.query(() => run(`select distinct thing_id from ${changed.name}`));
    await this.#carry();
    const ids = notes.map((row) => row.thing_id as number);
    for (let i = 0; i < ids.length; i += 100) {
      const things = await this.#source.query(() => readThings(core, { ids: ids.slice(i, i + 100) }));
      const [different] = await this.#different(things);
      if (different !== undefined) throw differs(`the thing ${JSON.stringify(different.key)}`);
    }
    const sample = await this.#source.query(() => readThings(core, { after: 0, limit: 50 }));
    for (const query of sampleQueries(sample, this.#settings.sample_queries)) {
      const expected = await this.#source.things(query);
      const actual = await this.#target.query(() => this.#target.core.things(query));
      if (JSON.stringify(expected) !== JSON.stringify(actual))
        throw differs(`the query ${JSON.stringify(query.node)}`);
      this.#compared++;
    }
    await this.#sameCount();
  }

  async #sameCount(): Promise<void> {
    const counts: number[] = [];
    for (const engine of [this.#source, this.#target]) {
      const { dialect, system } = engine.core;
      const query = render(
        sql`select count(*) as n from ${raw(system.thing.name)} where latest_revision > ${0}`,
        (i) => dialect.placeholder(i),
      );
      const [row] = await engine.query(() => run(query.text, query.values));
      counts.push(Number(row!.n));
    }
    if (counts[0] !== counts[1]) throw differs(`the number of things (${counts[0]}, ${counts[1]})`);
  }
}

function differs(what: string): StoreError {
  return new StoreError(
    'STORE_MIGRATION_VERIFY',
    `migrate: the copy of ${what} differs; nothing was switched. Run it again, or abort it and report this`,
    { path: what },
  );
}
