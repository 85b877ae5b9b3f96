import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine, EngineTransaction, Reads, Supports, Writes } from '../engines/engine.ts';
import { memory } from '../engines/memory/engine.ts';
import { StoreError } from '../errors.ts';
import { checkOptionNames, shown } from '../options.ts';
import type { TypeDefinition } from '../schema/builder.ts';
import { Schema } from '../schema/schema.ts';
import { Access } from './access.ts';
import { Announcer } from './announce.ts';
import { Collection } from './collection.ts';

export interface StoreOptions {
  /** `sqlite({ file })`, `postgres({ url })` or, the default, `memory()`. */
  readonly engine?: Engine | undefined;
  /** Declared types; a thing of another type may have any properties. */
  readonly types?: readonly TypeDefinition[] | undefined;
  /** The time of a write in milliseconds since 1970 UTC. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** What the store is called in profiles. Default: the engine's name. */
  readonly name?: string | undefined;
}

/** Opens a store; creates its tables where there are none. */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  checkOptionNames('openStore', options, ['engine', 'types', 'clock', 'name']);
  const { engine = memory(), types = [], clock = Date.now, name = engine.name } = options;
  if (typeof engine?.open !== 'function') {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `openStore: engine must be sqlite(…), postgres(…) or memory(), got ${shown(engine)}`,
      {
        path: 'engine',
      },
    );
  }
  const schema = new Schema(types);
  await engine.open();
  return new Store(engine, schema, new Announcer(name), clock);
}

/** A store of versioned objects. Made by `openStore`. */
export class Store extends Access {
  readonly #engine: Engine;
  readonly #clock: () => number;
  /** Set within the work of this store's transactions. */
  readonly #inTransaction = new AsyncLocalStorage<true>();
  #closed = false;

  constructor(engine: Engine, schema: Schema, announcer: Announcer, clock: () => number) {
    super(schema, announcer, clock);
    this.#engine = engine;
    this.#clock = clock;
  }

  get supports(): Supports {
    return this.#engine.supports;
  }

  /** The specification of the layout in use; undefined for the memory engine. */
  get layout(): string | undefined {
    return this.#engine.layout;
  }

  /** The things of one declared type, with its TypeScript types. */
  collection<D extends TypeDefinition>(definition: D): Collection<D> {
    if (this.schema.type(definition.name) !== definition) {
      throw new StoreError(
        'STORE_SCHEMA',
        `collection: the type ${JSON.stringify(definition.name)} is not among the store's types; give it to openStore({ types })`,
      );
    }
    return new Collection(this, definition);
  }

  /**
   * Runs `work` as one transaction: all of its writes or, when it throws, none. Its reads see its own writes;
   * others see them after the commit. Writes of the store itself wait meanwhile where the engine has one
   * writer, so use the transaction inside `work`, not the store.
   * @throws Conflict when another transaction overtook this one: run it again
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.writable();
    const underneath = await this.#engine.begin();
    const transaction = new Transaction(underneath, this.schema, this.announcer, this.#clock);
    let result: T;
    try {
      result = await this.#inTransaction.run(true, () => work(transaction));
    } catch (error) {
      await transaction.end('rollback');
      throw error;
    }
    await transaction.end('commit');
    return result;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#engine.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override writable(): Writes {
    if (this.#inTransaction.getStore() && !this.supports.concurrentWriters) {
      throw new StoreError(
        'STORE_BUSY',
        `a write to the store inside its own transaction would wait for itself: the engine ${this.#engine.name} has one writer; use the transaction's methods`,
      );
    }
    return this.target();
  }

  protected override target(): Reads & Writes {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
    return this.#engine;
  }
}

/** The reads and writes inside `store.transaction`. */
export class Transaction extends Access {
  readonly #underneath: EngineTransaction;
  #ended = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(underneath: EngineTransaction, schema: Schema, announcer: Announcer, clock: () => number) {
    super(schema, announcer, clock);
    this.#underneath = underneath;
  }

  /** Called by the store once `work` has settled; what was started and not awaited ends first. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    this.#ended = true;
    await this.#running.catch(() => undefined);
    await this.#underneath[how]();
  }

  protected override target(): Reads & Writes {
    if (this.#ended)
      throw new StoreError('STORE_CLOSED', 'the transaction has ended; await its calls inside its work');
    return this.#queued();
  }

  /** One statement sequence at a time: concurrent calls on one transaction wait for each other. */
  #queued(): Reads & Writes {
    const underneath = this.#underneath;
    const queue = <T>(call: () => Promise<T>): Promise<T> => {
      const result = this.#running.then(call, call);
      this.#running = result;
      return result;
    };
    return {
      get: (key, revision) => queue(async () => underneath.get(key, revision)),
      getMany: (keys) => queue(() => underneath.getMany(keys)),
      things: (query) => queue(() => underneath.things(query)),
      count: (query) => queue(() => underneath.count(query)),
      versions: (query) => queue(() => underneath.versions(query)),
      write: (writes, note, check) => queue(() => underneath.write(writes, note, check)),
    };
  }
}
