import type { SqlEngine } from '../engines/sql/engine.ts';
import { type Program, raw, render, run, sql } from '../engines/sql/fragment.ts';
import type { Generation, LayoutMigration } from '../engines/sql/state.ts';
import { dataTable } from '../engines/sql/tables.ts';
import { copyThings } from '../engines/sql/write.ts';
import { StoreError } from '../errors.ts';
import type { Layout } from '../layout/layout.ts';
import { readSettings, runPass, type Settings } from './batches.ts';
import {
  Exclusion,
  type MigrateOptions,
  type MigrationReport,
  type Progress,
  patiently,
} from './progress.ts';
import { compareQuery, sampleQueries, verifyThings } from './verify.ts';

/**
 * Moves a store to another layout while it is in use. Interrupted at any moment it leaves the store usable,
 * and the same call goes on where it stopped.
 * @throws STORE_MIGRATION_RUNNING when another process migrates this store
 * @throws STORE_MIGRATION when a migration to somewhere else was begun and not ended
 * @throws STORE_MIGRATION_VERIFY when the copy differs; nothing is switched then
 */
export async function migrateLayout(
  engine: SqlEngine,
  to: Layout,
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const settings = readSettings(options);
  const unlock = await engine.lockMigration();
  try {
    return await new LayoutMigrator(engine, to, settings).run();
  } finally {
    await unlock();
  }
}

/** Gives up a migration between layouts that was begun: the store stays as it is, the copy is dropped. */
export async function abortMigration(engine: SqlEngine): Promise<void> {
  const unlock = await engine.lockMigration();
  try {
    const { core } = engine;
    await engine.transact(function* (): Program<void> {
      yield* core.load();
      const { migration, garbage, current } = core.state;
      if (migration === null)
        throw new StoreError('STORE_MIGRATION', 'migrate: there is no migration to abort');
      if (migration.kind === 'engine' && migration.phase === 'fenced') {
        throw new StoreError(
          'STORE_MIGRATION',
          'migrate: the move is already being ended; run it again to finish it',
        );
      }
      // The revisions may be shared with the layout in use.
      const made = migration.kind === 'layout' ? namesOf(engine, migration.to) : [];
      const tables = made.filter((name) => name !== current.data);
      yield* run(`delete from ${core.system.changed.name}`);
      yield* core.saveState({ migration: null, garbage: [...garbage, ...tables] }, true);
    }, false);
    await dropGarbage(engine, () => undefined);
  } finally {
    await unlock();
  }
}

class LayoutMigrator {
  readonly #engine: SqlEngine;
  readonly #to: Layout;
  readonly #settings: Settings;
  readonly #exclusion = new Exclusion();
  #compared = 0;

  constructor(engine: SqlEngine, to: Layout, settings: Settings) {
    this.#engine = engine;
    this.#to = to;
    this.#settings = settings;
  }

  async run(): Promise<MigrationReport> {
    const start = performance.now();
    const { core } = this.#engine;
    await this.#engine.query(() => core.load());
    await this.#begin();
    if (core.state.migration?.kind === 'layout') {
      await this.#copy();
      await this.#verify();
      await this.#switch();
    }
    await dropGarbage(this.#engine, this.#settings.onProgress);
    return {
      things: await this.#total(),
      queries_compared: this.#compared,
      longest_exclusion_ms: this.#exclusion.longest_ms,
      duration_ms: performance.now() - start,
    };
  }

  get #migration(): LayoutMigration {
    return this.#engine.core.state.migration as LayoutMigration;
  }

  /** Makes the new tables; from then on every writer fills them too. */
  async #begin(): Promise<void> {
    const { core } = this.#engine;
    const { migration, current } = core.state;
    if (migration !== null) {
      if (migration.kind === 'layout' && migration.to.layout === this.#to.text) return;
      throw new StoreError(
        'STORE_MIGRATION',
        `migrate: a migration to ${migration.kind === 'layout' ? 'another layout' : migration.to} was begun and not ended; run that one again to end it, or abort it. Its target:\n${migration.kind === 'layout' ? migration.to.layout : migration.to}`,
      );
    }
    if (current.layout === this.#to.text) return;
    await dropGarbage(this.#engine, this.#settings.onProgress);
    const number = core.state.generations + 1;
    const data = this.#to.kind === 'existing' ? null : (current.data ?? `data_g${number}`);
    const to: Generation = { number, layout: this.#to.text, data };
    const made = namesOf(this.#engine, to).filter((name) => name !== current.data);
    // Should this process end now, the tables are known as garbage and their number is never used again.
    await this.#alone(() => core.saveState({ generations: number, garbage: made }, false));
    await this.#engine.transact(() => core.createTables(to), true);
    const total = await this.#total();
    await this.#alone(() =>
      core.saveState(
        { garbage: [], migration: { kind: 'layout', to, phase: 'copy', cursor: 0, total } },
        true,
      ),
    );
  }

  /** Every thing by id; what is written meanwhile, its writer copies. */
  async #copy(): Promise<void> {
    const { phase, cursor, total } = this.#migration;
    if (phase !== 'copy') return;
    await runPass(
      {
        phase: 'copy',
        total,
        done: await this.#countUpTo(cursor),
        // Leaves the lock to writers, also of other processes, which look for it every 4 ms at the least.
        rest_ms: 6,
        next: (limit) => patiently(() => this.#copyNext(limit)),
      },
      this.#settings,
    );
  }

  async #copyNext(limit: number): Promise<number> {
    const { core } = this.#engine;
    // A fork, because names added by a batch that fails have no numbers.
    const dictionary = core.dictionary.fork();
    const work = function* (): Program<number> {
      const migration = core.state.migration as LayoutMigration;
      const ids = yield* lockThings(core, migration.cursor, limit);
      if (ids.length > 0) yield* copyThings(core, dictionary, { ids });
      const last = ids.at(-1);
      const phase = last === undefined ? 'verify' : 'copy';
      yield* core.saveState({ migration: { ...migration, phase, cursor: last ?? 0 } }, false);
      return ids.length;
    };
    // Relaxed: a batch that a power failure undoes is copied again, because its cursor is undone with it.
    const copied = await this.#engine.transact(work, true, true);
    dictionary.merge();
    return copied;
  }

  async #verify(): Promise<void> {
    const { core } = this.#engine;
    let after = 0;
    const next = async (limit: number): Promise<number> => {
      const ids = await this.#engine.query(() => verifyThings(core, after, limit));
      if (ids.length === 0) return 0;
      after = ids.at(-1)!;
      if (this.#compared < this.#settings.sample_queries) await this.#compareQueries(ids);
      return ids.length;
    };
    const { total } = this.#migration;
    await runPass({ phase: 'verify', total, done: 0, rest_ms: 0, next }, this.#settings);
  }

  async #compareQueries(ids: readonly number[]): Promise<void> {
    const { core } = this.#engine;
    const histories = await this.#engine.query(() => core.contents.histories({ ids: ids.slice(0, 5) }));
    for (const query of sampleQueries(histories, 10)) {
      await this.#engine.query(() => compareQuery(core, query));
      this.#compared++;
    }
  }

  /** From one moment to the next all use the new tables; the old ones' names are gone, so that none is read by mistake. */
  async #switch(): Promise<void> {
    const { core } = this.#engine;
    const { to } = this.#migration;
    const old = namesOf(this.#engine, core.state.current).filter((name) => name !== to.data);
    this.#settings.onProgress({ phase: 'switch', done: 0, total: 1 });
    await this.#alone(function* (): Program<void> {
      const garbage: string[] = [];
      yield* core.dialect.impatient();
      for (const [i, name] of old.entries()) {
        const renamed = `old_g${core.state.current.number}_${i}`;
        yield* run(core.dialect.rename(name, renamed));
        garbage.push(renamed);
      }
      yield* core.saveState({ current: to, migration: null, garbage }, true);
    });
    this.#settings.onProgress({ phase: 'switch', done: 1, total: 1 });
  }

  #alone(work: () => Program<void>): Promise<void> {
    return this.#exclusion.alone(this.#engine, work);
  }

  #total(): Promise<number> {
    return this.#countUpTo(Number.MAX_SAFE_INTEGER);
  }

  async #countUpTo(id: number): Promise<number> {
    const { dialect, system } = this.#engine.core;
    const text = `select count(*) as n from ${system.thing.name} where id <= ${dialect.placeholder(1)}`;
    const rows = await this.#engine.query(() => run(text, [id]));
    return Number(rows[0]!.n);
  }
}

/** The next things by id, locked in the order in which writers lock. */
function* lockThings(core: SqlEngine['core'], after: number, limit: number): Program<number[]> {
  const thing = raw(core.system.thing.name);
  const placeholder = (i: number): string => core.dialect.placeholder(i);
  const next = render(
    sql`select id from ${thing} where id > ${after} order by id limit ${limit}`,
    placeholder,
  );
  const ids = (yield* run(next.text, next.values)).map((row) => row.id as number);
  if (ids.length === 0 || core.dialect.lockThings === '') return ids;
  const among = core.dialect.oneOf(raw('t.id'), ids, 'int');
  const lock = render(
    sql`select t.id from ${thing} t where ${among} order by t.key${raw(core.dialect.lockThings)}`,
    placeholder,
  );
  yield* run(lock.text, lock.values);
  // A lock alone is not noticed by a transaction at repeatable read that began before it: it would write such a
  // thing without seeing the copied rows. An updated thing makes it fail and start again.
  const touch = render(
    sql`update ${thing} t set latest_revision = latest_revision where ${among}`,
    placeholder,
  );
  yield* run(touch.text, touch.values);
  return ids;
}

function namesOf({ core }: SqlEngine, generation: Generation): string[] {
  const names = core.contentsOf(generation).tables.map(({ bare }) => bare);
  return generation.data === null ? names : [...names, dataTable(core.dialect, generation.data).bare];
}

async function dropGarbage(engine: SqlEngine, onProgress: (progress: Progress) => void): Promise<void> {
  const { core } = engine;
  await engine.query(() => core.load());
  const total = core.state.garbage.length;
  while (core.state.garbage.length > 0) {
    const [name, ...rest] = core.state.garbage as [string, ...string[]];
    await patiently(() =>
      engine.transact(function* (): Program<void> {
        yield* run(`drop table if exists ${core.dialect.table(name)}`);
        yield* core.saveState({ garbage: rest }, false);
      }, true),
    );
    onProgress({ phase: 'clean', done: total - rest.length, total });
  }
}
