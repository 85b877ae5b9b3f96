import type { Note, Reads, Row, Write, Writes, Written } from '../engines/engine.ts';
import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Action, readActions } from '../model/actions.ts';
import type { Condition, Node } from '../model/conditions.ts';
import { checkKey, checkString, checkType } from '../model/datatypes.ts';
import { type PropertiesInput, type Property, readProperties } from '../model/properties.ts';
import { type Page, pageOf, type Query, type QueryOptions, readQuery, thingRules } from '../model/query.ts';
import { Thing } from '../model/thing.ts';
import { type Version, versionRules } from '../model/versions.ts';
import { checkOptionNames, integerOption, shown } from '../options.ts';
import type { Schema } from '../schema/schema.ts';
import type { Announcer } from './announce.ts';

/** What is recorded with a revision. */
export interface NoteOptions {
  /** Who wrote it: at most 512 bytes. */
  readonly author?: string | undefined;
  /** At most 2,048 bytes. */
  readonly comment?: string | undefined;
}

export interface UpdateOptions extends NoteOptions {
  /** Only if the thing is at this revision; else `Conflict`, nothing changed. */
  readonly expectedRevision?: number | undefined;
}

/** One write of a batch. */
export type Operation =
  | { readonly create: string; readonly properties: PropertiesInput }
  | {
      readonly update: string;
      readonly actions: readonly Action[];
      readonly expectedRevision?: number | undefined;
    };

/** The reads and writes that the store and its transactions have alike. Arguments are validated before anything is done. */
export abstract class Access {
  protected readonly schema: Schema;
  protected readonly announcer: Announcer;
  readonly #clock: () => number;

  constructor(schema: Schema, announcer: Announcer, clock: () => number) {
    this.schema = schema;
    this.announcer = announcer;
    this.#clock = clock;
  }

  /** What is written through; throws also where a write would wait for itself. */
  protected writable(): Writes {
    return this.target();
  }

  /** The reads and writes underneath; throws `STORE_CLOSED` when they are no longer to be used. */
  protected abstract target(): Reads & Writes;

  /** The thing, or one of its revisions; undefined when there is none. */
  async get(key: string, revision?: number): Promise<Thing | undefined> {
    const target = this.target();
    checkKey(key, 'key');
    const wanted =
      revision === undefined
        ? undefined
        : integerOption('get', 'revision', revision, { min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 1 });
    if (!this.announcer.listening) {
      const found = target.get(key, wanted);
      return thingOf(found instanceof Promise ? await found : found);
    }
    const origin = this.#queryOrigin(undefined, ['key'], []);
    const found = await this.announcer.origin(
      origin,
      undefined,
      async () => target.get(key, wanted),
      (it) => (it ? 1 : 0),
    );
    return thingOf(found);
  }

  /** The things with these keys, in their order; undefined where there is none. One query, one moment. */
  async getMany(keys: readonly string[]): Promise<(Thing | undefined)[]> {
    const target = this.target();
    checkList('keys', keys, limits.batch_max);
    for (const [i, key] of keys.entries()) checkKey(key, `keys[${i}]`);
    if (keys.length === 0) return [];
    if (!this.announcer.listening) return (await target.getMany(keys)).map(thingOf);
    const origin = this.#queryOrigin(undefined, ['key'], []);
    const count = (things: readonly unknown[]): number => things.filter((it) => it !== undefined).length;
    return (await this.announcer.origin(origin, undefined, () => target.getMany(keys), count)).map(thingOf);
  }

  /**
   * Creates a thing. Its type is among the properties.
   * @throws STORE_ALREADY_EXISTS, STORE_DANGLING_REFERENCE, STORE_SCHEMA, STORE_BAD_VALUE, STORE_TOO_LARGE
   */
  async create(
    key: string,
    properties: PropertiesInput | readonly Property[],
    note: NoteOptions = {},
  ): Promise<Written> {
    checkOptionNames('create', note, ['author', 'comment']);
    const operation = readCreate(key, properties, 'create');
    const write = (): Promise<Written> => this.#write([operation], note).then(([written]) => written!);
    if (!this.announcer.listening || operation.kind !== 'create') return write();
    const { type } = operation;
    return this.announcer.origin(
      { kind: 'created', entity: this.announcer.entity(type) },
      type,
      write,
      () => 1,
    );
  }

  /**
   * Changes a thing by actions, making its next revision; `changed` is false when they leave it as it is.
   * @throws Conflict when `expectedRevision` is not its revision; STORE_NOT_FOUND, STORE_BAD_ACTION and as `create`
   */
  async update(key: string, actions: readonly Action[], options: UpdateOptions = {}): Promise<Written> {
    checkOptionNames('update', options, ['expectedRevision', 'author', 'comment']);
    const { expectedRevision, ...note } = options;
    const [written] = await this.#write([readUpdate(key, actions, expectedRevision, 'update')], note);
    return written!;
  }

  /**
   * Several writes, all or nothing, each of another key; they may refer to each other's things.
   * @throws STORE_DUPLICATE_KEY and as `create` and `update`
   */
  async write(operations: readonly Operation[], note: NoteOptions = {}): Promise<Written[]> {
    checkOptionNames('write', note, ['author', 'comment']);
    checkList('operations', operations, limits.batch_max);
    const places = new Map<string, number>();
    const writes = operations.map((operation, i) => {
      const write = readOperation(operation, `operations[${i}]`);
      const other = places.get(write.key);
      if (other !== undefined) {
        throw new StoreError(
          'STORE_DUPLICATE_KEY',
          `operations[${i}]: the key ${JSON.stringify(write.key)} is already written by operations[${other}]`,
          { path: `operations[${i}]` },
        );
      }
      places.set(write.key, i);
      return write;
    });
    return writes.length === 0 ? [] : this.#write(writes, note);
  }

  /** The keys of the things that satisfy all conditions, a page at a time. */
  async things(conditions: readonly Condition[], options: QueryOptions = {}): Promise<Page<string>> {
    const target = this.target();
    const query = readQuery(conditions, options, { ...thingRules, datatypeOf: this.schema.datatypeOf });
    if (!this.announcer.listening) return pageOf(query, await target.things(query));
    const order = query.sort.map((by) => by.name);
    const origin = this.#queryOrigin(query.type, namesOf(query.node), order);
    const count = (rows: readonly Row<string>[]): number => rows.length;
    return pageOf(query, await this.announcer.origin(origin, query.type, () => target.things(query), count));
  }

  /** How many things satisfy all conditions. */
  async count(conditions: readonly Condition[]): Promise<number> {
    const target = this.target();
    const query = readQuery(conditions, {}, { ...thingRules, datatypeOf: this.schema.datatypeOf });
    return target.count(query);
  }

  /** The revisions that satisfy all conditions on key, type, revision, created, author and comment; newest first. */
  async versions(conditions: readonly Condition[], options: QueryOptions = {}): Promise<Page<Version>> {
    const target = this.target();
    const query: Query = readQuery(conditions, options, versionRules);
    return pageOf(query, await target.versions(query));
  }

  async #write(writes: readonly Write[], options: NoteOptions): Promise<Written[]> {
    const target = this.writable();
    const note: Note = { ...readNote(options), time: this.#clock() };
    return target.write(writes, note, this.schema.check);
  }

  #queryOrigin(type: string | undefined, by: readonly string[], order: readonly string[]) {
    return { kind: 'query' as const, entity: this.announcer.entity(type), by, order };
  }
}

function thingOf(record: Awaited<ReturnType<Reads['get']>>): Thing | undefined {
  return record && new Thing(record);
}

function namesOf(node: Node): string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return [...new Set(node.nodes.flatMap(namesOf))];
    case 'not':
      return namesOf(node.node);
    default:
      return [node.path.join('.')];
  }
}

function readOperation(input: unknown, at: string): Write {
  checkOptionNames(at, input, ['create', 'properties', 'update', 'actions', 'expectedRevision']);
  const operation = input as Record<string, unknown>;
  if ((operation.create === undefined) === (operation.update === undefined)) {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `${at}: expected create or update with a key, got ${shown(input)}`,
      {
        path: at,
      },
    );
  }
  if (operation.create !== undefined) return readCreate(operation.create, operation.properties, at);
  return readUpdate(operation.update, operation.actions, operation.expectedRevision, at);
}

function readCreate(key: unknown, properties: unknown, at: string): Write {
  const checked = checkKey(key, `${at}: key`);
  const { type, document } = readProperties(properties);
  if (type === undefined) {
    throw new StoreError(
      'STORE_BAD_VALUE',
      `${at}: the properties of ${JSON.stringify(checked)} lack the type`,
      {
        path: 'type',
      },
    );
  }
  return { kind: 'create', key: checked, type: checkType(type, 'type'), document };
}

function readUpdate(key: unknown, actions: unknown, expectedRevision: unknown, at: string): Write {
  const checked = checkKey(key, `${at}: key`);
  const expected =
    expectedRevision === undefined
      ? undefined
      : integerOption(at, 'expectedRevision', expectedRevision, {
          min: 1,
          max: Number.MAX_SAFE_INTEGER,
          fallback: 1,
        });
  return { kind: 'update', key: checked, changes: readActions(actions), expectedRevision: expected };
}

function readNote({ author, comment }: NoteOptions): { author: string | null; comment: string | null } {
  return {
    author: author === undefined ? null : checkString(author, 'author', 'author', limits.author_bytes_max),
    comment:
      comment === undefined ? null : checkString(comment, 'comment', 'comment', limits.comment_bytes_max),
  };
}

function checkList(name: string, list: unknown, max: number): void {
  if (!Array.isArray(list))
    throw new StoreError('STORE_BAD_OPTION', `${name}: expected a list, got ${shown(list)}`);
  if (list.length > max) {
    throw new StoreError('STORE_TOO_LARGE', `${name}: at most ${max} at a time, got ${list.length}`, {
      path: name,
    });
  }
}
