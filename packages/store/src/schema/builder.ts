import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { checkType, type Datatype } from '../model/datatypes.ts';
import { checkPath, isBuiltin } from '../model/document.ts';
import { checkOptionNames, shown } from '../options.ts';

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

export interface StringRules {
  /** Characters (code points). */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

export interface FieldRules extends Range, StringRules {
  readonly oneOf?: readonly string[];
}

export type FieldKind = Datatype | 'object';

/**
 * A property of a type. Immutable: `optional`, `list` return new ones. `T` is the property's TypeScript type,
 * `Optional` whether a thing may lack it.
 */
export class Field<T, Optional extends boolean = false> {
  /** The property's type, for inference only: never present at run time. */
  declare readonly infer: T;
  declare readonly isOptional: Optional;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly listed: { readonly minItems: number; readonly maxItems: number } | undefined;
  readonly rules: FieldRules;
  readonly target: string | undefined;
  readonly fields: Fields | undefined;

  constructor(definition: {
    readonly kind: FieldKind;
    readonly required?: boolean;
    readonly listed?: { readonly minItems: number; readonly maxItems: number } | undefined;
    readonly rules?: FieldRules;
    readonly target?: string | undefined;
    readonly fields?: Fields | undefined;
  }) {
    this.kind = definition.kind;
    this.required = definition.required ?? true;
    this.listed = definition.listed;
    this.rules = definition.rules ?? {};
    this.target = definition.target;
    this.fields = definition.fields;
  }

  /** A thing may lack it. */
  optional(): Field<T, true> {
    return new Field<T, true>({ ...this, required: false });
  }

  /** Several values, their order kept. */
  list(options: { readonly minItems?: number; readonly maxItems?: number } = {}): Field<T[], Optional> {
    checkOptionNames('list', options, ['minItems', 'maxItems']);
    if (this.listed !== undefined)
      throw new StoreError('STORE_SCHEMA', 'list: a list cannot be made a list again');
    const { minItems = 0, maxItems = limits.list_length_max } = options;
    return new Field<T[], Optional>({ ...this, listed: { minItems, maxItems } });
  }
}

// Field's type parameters appear in `declare`d members only, so that any field fits here.
export type AnyField = Field<unknown, boolean>;
export type Fields = { readonly [name: string]: AnyField };

type RequiredNames<F extends Fields> = {
  [N in keyof F]: F[N]['isOptional'] extends true ? never : N;
}[keyof F];

/** The TypeScript type of properties. */
export type InferFields<F extends Fields> = Simplify<
  { [N in RequiredNames<F>]: F[N]['infer'] } & { [N in Exclude<keyof F, RequiredNames<F>>]?: F[N]['infer'] }
>;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

export interface TypeDefinition<Name extends string = string, F extends Fields = Fields> {
  readonly name: Name;
  readonly fields: F;
}

/** The TypeScript type of a type's properties: `Infer<typeof edition>`. */
export type Infer<D extends TypeDefinition> = InferFields<D['fields']>;

/** Declares a type: `type('edition', { title: str(), authors: refs('author'), pages: int().optional() })`. */
export function type<const Name extends string, F extends Fields>(
  name: Name,
  fields: F,
): TypeDefinition<Name, F> {
  checkType(name, 'type');
  for (const field of Object.keys(fields)) {
    const path = checkPath(field, `type ${name}`);
    if (path.length > 1 || isBuiltin(field)) {
      const reason =
        path.length > 1 ? 'contains a dot; use object({ … })' : 'is a field of every thing itself';
      throw new StoreError(
        'STORE_SCHEMA',
        `type ${name}: the property name ${JSON.stringify(field)} ${reason}`,
      );
    }
    if (!(fields[field] instanceof Field)) {
      throw new StoreError(
        'STORE_SCHEMA',
        `type ${name}: ${field} must be str(), int() …, got ${shown(fields[field])}`,
      );
    }
  }
  return { name, fields };
}

/** Text of at most 2,048 bytes, which can be compared and sorted by. */
export function str(rules: StringRules = {}): Field<string> {
  checkOptionNames('str', rules, ['minLength', 'maxLength', 'pattern']);
  return new Field({ kind: 'str', rules });
}

/** One of the given strings, as a union type. */
export function oneOf<const V extends string>(...values: readonly V[]): Field<V> {
  return new Field({ kind: 'str', rules: { oneOf: values } });
}

/** Text of any length up to the object's limit: stored, not compared. */
export function text(rules: StringRules = {}): Field<string> {
  checkOptionNames('text', rules, ['minLength', 'maxLength', 'pattern']);
  return new Field({ kind: 'text', rules });
}

/** An integer that a number holds exactly. */
export function int(rules: Range = {}): Field<number> {
  checkOptionNames('int', rules, ['min', 'max']);
  return new Field({ kind: 'int', rules });
}

/** A finite number. */
export function float(rules: Range = {}): Field<number> {
  checkOptionNames('float', rules, ['min', 'max']);
  return new Field({ kind: 'float', rules });
}

export function boolean(): Field<boolean> {
  return new Field({ kind: 'boolean' });
}

/** A Date, milliseconds precise. */
export function datetime(): Field<Date> {
  return new Field({ kind: 'datetime' });
}

/** An absolute URL of at most 2,048 bytes. */
export function url(): Field<string> {
  return new Field({ kind: 'url' });
}

/** The key of another thing, which must exist; with a target, be of that type when the reference is written. */
export function ref(target?: string): Field<string> {
  return new Field({ kind: 'ref', target });
}

/** A list of references. */
export function refs(target?: string): Field<string[]> {
  return ref(target).list();
}

/** A nested object, whose properties are addressed as `a.b`. */
export function object<F extends Fields>(fields: F): Field<InferFields<F>> {
  for (const name of Object.keys(fields)) {
    if (checkPath(name, 'object').length > 1) {
      throw new StoreError(
        'STORE_SCHEMA',
        `object: the property name ${JSON.stringify(name)} contains a dot`,
      );
    }
  }
  return new Field({ kind: 'object', fields });
}
