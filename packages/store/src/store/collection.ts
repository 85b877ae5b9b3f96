import type { Written } from '../engines/engine.ts';
import { StoreError } from '../errors.ts';
import { type Action, diff } from '../model/actions.ts';
import type { Condition } from '../model/conditions.ts';
import type { Page, QueryOptions } from '../model/query.ts';
import type { Thing } from '../model/thing.ts';
import type { Infer, TypeDefinition } from '../schema/builder.ts';
import { decode, encode, encodeField } from '../schema/schema.ts';
import type { Access, NoteOptions, UpdateOptions } from './access.ts';

/** A thing of a declared type: `values` holds its properties as natural TypeScript values. */
export interface Typed<D extends TypeDefinition> {
  readonly key: string;
  readonly revision: number;
  readonly values: Infer<D>;
  readonly thing: Thing;
}

/** Properties to change; null takes an optional one away. */
export type Patch<D extends TypeDefinition> = {
  readonly [N in keyof Infer<D>]?: Infer<D>[N] | (undefined extends Infer<D>[N] ? null : never);
};

/** The things of one type. Works on a store or, with `in`, inside a transaction. */
export class Collection<D extends TypeDefinition> {
  readonly #access: Access;
  readonly #definition: D;

  constructor(access: Access, definition: D) {
    this.#access = access;
    this.#definition = definition;
  }

  /** The same collection inside a transaction. */
  in(transaction: Access): Collection<D> {
    return new Collection(transaction, this.#definition);
  }

  /** Undefined when there is no such thing. @throws STORE_SCHEMA when it is of another type */
  async get(key: string, revision?: number): Promise<Typed<D> | undefined> {
    const thing = await this.#access.get(key, revision);
    return thing && this.#typed(thing);
  }

  /** The things with these keys, in their order; undefined where there is none. */
  async getMany(keys: readonly string[]): Promise<(Typed<D> | undefined)[]> {
    return (await this.#access.getMany(keys)).map((thing) => thing && this.#typed(thing));
  }

  async create(key: string, values: Infer<D>, note: NoteOptions = {}): Promise<Written> {
    const document = encode(this.#definition, values);
    return this.#access.create(key, { ...document, type: this.#definition.name }, note);
  }

  /** Sets properties to values; null takes an optional one away. The others stay as they are. */
  async update(key: string, patch: Patch<D>, options: UpdateOptions = {}): Promise<Written> {
    const { expectedRevision } = options;
    for (;;) {
      const thing = await this.#access.get(key);
      if (thing === undefined) {
        throw new StoreError('STORE_NOT_FOUND', `update: there is no thing ${JSON.stringify(key)}`, {
          path: key,
        });
      }
      this.#checkType(thing);
      const actions = this.#actions(thing, patch);
      const revision = expectedRevision ?? thing.revision;
      try {
        return await this.#access.update(key, actions, { ...options, expectedRevision: revision });
      } catch (error) {
        // Another writer came between: the patch applies to what it left, unless the caller fixed the revision.
        if (
          expectedRevision !== undefined ||
          !(error instanceof StoreError) ||
          error.code !== 'STORE_CONFLICT'
        ) {
          throw error;
        }
      }
    }
  }

  /** Things of this type that satisfy all conditions, loaded, a page at a time. */
  async find(conditions: readonly Condition[] = [], options: QueryOptions = {}): Promise<Page<Typed<D>>> {
    const { items, start, end } = await this.#access.things([this.#condition(), ...conditions], options);
    const things = await this.#access.getMany(items);
    // A thing whose type was changed since the query no longer belongs here.
    const ours = things.filter((thing) => thing !== undefined && thing.type === this.#definition.name);
    return { items: ours.map((thing) => this.#typed(thing!)), start, end };
  }

  async count(conditions: readonly Condition[] = []): Promise<number> {
    return this.#access.count([this.#condition(), ...conditions]);
  }

  #condition(): Condition {
    return { name: 'type', op: '=', value: this.#definition.name };
  }

  #actions(thing: Thing, patch: Patch<D>): Action[] {
    const { name: type, fields } = this.#definition;
    const data = { ...thing.data };
    for (const [name, value] of Object.entries(patch as Record<string, unknown>)) {
      if (value === undefined) continue;
      if (value === null) {
        delete data[name];
        continue;
      }
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) encode(this.#definition, { [name]: value });
      else data[name] = encodeField(field, value, name, type);
    }
    return diff({ type, document: thing.data }, { type, document: data });
  }

  #typed(thing: Thing): Typed<D> {
    this.#checkType(thing);
    return { key: thing.key, revision: thing.revision, values: decode(thing.data) as Infer<D>, thing };
  }

  #checkType(thing: Thing): void {
    if (thing.type === this.#definition.name) return;
    throw new StoreError(
      'STORE_SCHEMA',
      `${thing.key} is of type ${JSON.stringify(thing.type)}, not ${JSON.stringify(this.#definition.name)}`,
      { path: thing.key },
    );
  }
}
