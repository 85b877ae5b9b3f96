import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import { type Version, versionFields } from '../../model/versions.ts';
import { Mutex } from '../../mutex.ts';
import type { Check, Engine, EngineTransaction, Note, Row, Supports, Write, Written } from '../engine.ts';
import { checkReferences, type Planned, planWrite } from '../plan.ts';
import { comparePositions, positionOf, type Subject, satisfies } from './evaluate.ts';

interface Revision extends Subject {
  readonly json: string;
  readonly author: string | null;
  readonly comment: string | null;
}

/** Revisions of one thing, oldest first; never changed in place. */
type Chain = readonly Revision[];

/** An engine that keeps everything in memory: for tests, and the plain model that the others are held to. */
export function memory(): Engine {
  return new MemoryEngine();
}

/** What can be read of a set of things: the committed ones, or those a transaction sees. */
abstract class MemoryReads {
  protected abstract chain(key: string): Chain | undefined;
  protected abstract chains(): Iterable<Chain>;

  async get(key: string, revision: number | undefined): Promise<ThingRecord | undefined> {
    return this.#record(key, revision);
  }

  async getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]> {
    return keys.map((key) => this.#record(key, undefined));
  }

  async things(query: Query): Promise<Row<string>[]> {
    return page(query, this.#matching(query), (subject) => subject.key);
  }

  async count(query: Query): Promise<number> {
    return this.#matching(query).length;
  }

  async versions(query: Query): Promise<Row<Version>[]> {
    const matching: { version: Version; subject: Subject }[] = [];
    for (const chain of this.chains()) {
      for (const revision of chain) {
        const version = versionOf(revision);
        const subject = versionSubject(version);
        if (satisfies(subject, query.node, () => undefined)) matching.push({ version, subject });
      }
    }
    const versions = new Map(matching.map(({ version, subject }) => [subject, version]));
    return page(query, [...versions.keys()], (subject) => versions.get(subject)!);
  }

  protected plan(writes: readonly Write[], note: Note, check: Check): Map<string, Chain> {
    const written = new Map<string, Chain>();
    const plans: Planned[] = [];
    for (const write of writes) {
      const chain = this.chain(write.key);
      const plan = planWrite(write, chain?.[chain.length - 1], check);
      plans.push(plan);
      const created = chain?.[0]?.created ?? note.time;
      const { key, type, revision, json, leaves } = plan;
      const { author, comment, time: modified } = note;
      const next: Revision = { key, type, revision, created, modified, json, leaves, author, comment };
      written.set(key, plan.changed ? [...(chain ?? []), next] : chain!);
    }
    const typeOf = (key: string): string | undefined => {
      const chain = written.get(key) ?? this.chain(key);
      return chain?.[chain.length - 1]?.type;
    };
    for (const plan of plans) if (plan.changed) checkReferences(plan, typeOf);
    return written;
  }

  #matching(query: Query): Subject[] {
    const lookup = (key: string): Subject | undefined => this.chain(key)?.at(-1);
    const found: Subject[] = [];
    for (const chain of this.chains()) {
      const subject = chain[chain.length - 1]!;
      if (satisfies(subject, query.node, lookup)) found.push(subject);
    }
    return found;
  }

  #record(key: string, revision: number | undefined): ThingRecord | undefined {
    const chain = this.chain(key);
    const found = revision === undefined ? chain?.at(-1) : chain?.[revision - 1];
    return found && { ...found, latest_revision: chain!.length };
  }
}

class MemoryEngine extends MemoryReads implements Engine {
  readonly name = 'memory';
  readonly layout = undefined;
  readonly supports: Supports = {
    durable: false,
    processes: false,
    concurrentWriters: false,
    snapshots: true,
    layouts: false,
  };
  readonly #things = new Map<string, Chain>();
  readonly #writer = new Mutex();

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    const release = await this.#writer.acquire();
    try {
      const written = this.plan(writes, note, check);
      const results = resultsOf(writes, written, (key) => this.chain(key));
      this.apply(written);
      return results;
    } finally {
      release();
    }
  }

  async begin(): Promise<EngineTransaction> {
    const release = await this.#writer.acquire();
    return new MemoryTransaction(this, release);
  }

  apply(written: ReadonlyMap<string, Chain>): void {
    for (const [key, chain] of written) this.#things.set(key, chain);
  }

  override chain(key: string): Chain | undefined {
    return this.#things.get(key);
  }

  override chains(): Iterable<Chain> {
    return this.#things.values();
  }
}

class MemoryTransaction extends MemoryReads implements EngineTransaction {
  readonly #engine: MemoryEngine;
  readonly #release: () => void;
  readonly #written = new Map<string, Chain>();

  constructor(engine: MemoryEngine, release: () => void) {
    super();
    this.#engine = engine;
    this.#release = release;
  }

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    const written = this.plan(writes, note, check);
    const results = resultsOf(writes, written, (key) => this.chain(key));
    for (const [key, chain] of written) this.#written.set(key, chain);
    return results;
  }

  async commit(): Promise<void> {
    this.#engine.apply(this.#written);
    this.#release();
  }

  async rollback(): Promise<void> {
    this.#release();
  }

  protected override chain(key: string): Chain | undefined {
    return this.#written.get(key) ?? this.#engine.chain(key);
  }

  protected override *chains(): Iterable<Chain> {
    for (const chain of this.#engine.chains()) {
      if (!this.#written.has(chain[0]!.key)) yield chain;
    }
    yield* this.#written.values();
  }
}

function resultsOf(
  writes: readonly Write[],
  written: ReadonlyMap<string, Chain>,
  before: (key: string) => Chain | undefined,
): Written[] {
  return writes.map(({ key }) => {
    const chain = written.get(key)!;
    return { key, revision: chain.length, changed: chain !== before(key) };
  });
}

function page<T>(query: Query, subjects: readonly Subject[], itemOf: (subject: Subject) => T): Row<T>[] {
  const direction = query.reverse ? -1 : 1;
  let rows = subjects.map((subject) => ({
    item: itemOf(subject),
    position: positionOf(subject, query.sort),
  }));
  rows.sort((a, b) => direction * comparePositions(a.position, b.position, query.sort));
  const { from } = query;
  if (from !== undefined)
    rows = rows.filter((row) => direction * comparePositions(row.position, from, query.sort) > 0);
  return rows.slice(query.offset, query.offset + query.limit);
}

function versionOf(revision: Revision): Version {
  return {
    key: revision.key,
    type: revision.type,
    revision: revision.revision,
    created: new Date(revision.modified),
    author: revision.author ?? undefined,
    comment: revision.comment ?? undefined,
  };
}

function versionSubject(version: Version): Subject {
  const leaves = (['author', 'comment'] as const)
    .filter((name) => version[name] !== undefined)
    .map((name) => ({ name, datatype: versionFields[name]!, value: version[name]!, ordering: null }));
  const time = version.created.getTime();
  return { ...version, created: time, modified: time, leaves };
}
