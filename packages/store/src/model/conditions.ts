import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import { type Datatype, type Scalar, toScalar } from './datatypes.ts';
import { builtins, checkPath, isBuiltin } from './document.ts';
import { patternParts } from './pattern.ts';
import { checkDatatype, type NaturalValue } from './properties.ts';

const operators = ['<', '<=', '=', '!=', '>=', '>', '~'] as const;
export type Operator = (typeof operators)[number];

/**
 * A comparison holds when SOME value of the property (of that datatype) satisfies it, for a list as for one
 * value; `!=` therefore asks for some value that differs, and `not` of `=` for no value that is equal.
 */
export interface Comparison {
  /** A property, nested (`a.b`), through references (`authors.name`), or key, type, revision, created, last_modified. */
  readonly name: string;
  readonly op: Operator;
  /** Default: what the type's schema says, else what the value looks like (a string is a `str`). */
  readonly datatype?: Datatype | undefined;
  readonly value: NaturalValue;
}

export type Condition =
  | Comparison
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly present: string }
  | { readonly absent: string };

/** A validated condition: what the engines evaluate. */
export type Node =
  | { readonly kind: 'and'; readonly nodes: readonly Node[] }
  | { readonly kind: 'or'; readonly nodes: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | CompareNode
  | PresentNode;

export interface CompareNode {
  readonly kind: 'compare';
  /** Names; how many belong to nested objects and how many follow references is up to the data. */
  readonly path: readonly string[];
  readonly op: Operator;
  readonly datatype: Datatype;
  readonly value: Scalar;
}

export interface PresentNode {
  readonly kind: 'present';
  readonly path: readonly string[];
}

/** Gives a path's datatype when the caller left it out and a schema knows it. */
type DatatypeOf = (type: string, path: string) => Datatype | undefined;

export interface ConditionRules {
  readonly datatypeOf?: DatatypeOf;
  /** For `versions`: the only names there are, with their datatypes. */
  readonly fields?: Readonly<Record<string, Datatype>>;
}

/** Validates conditions, all of which must hold. Errors name the place, as `conditions[1].or[0].value`. */
export function readConditions(input: unknown, rules: ConditionRules = {}): Node {
  if (!Array.isArray(input)) throw failed('conditions', `expected a list of conditions, got ${shown(input)}`);
  const reader = new ConditionReader(rules, typeOf(input));
  return { kind: 'and', nodes: input.map((condition, i) => reader.read(condition, `conditions[${i}]`)) };
}

/** The type that all matches must have, when the top level says so. */
export function requiredType(node: Node): string | undefined {
  if (node.kind === 'and') {
    for (const inner of node.nodes) {
      const type = requiredType(inner);
      if (type !== undefined) return type;
    }
  }
  if (node.kind === 'compare' && node.op === '=' && node.path.length === 1 && node.path[0] === 'type') {
    return node.value as string;
  }
  return undefined;
}

class ConditionReader {
  readonly #rules: ConditionRules;
  readonly #type: string | undefined;
  #count = 0;

  constructor(rules: ConditionRules, type: string | undefined) {
    this.#rules = rules;
    this.#type = type;
  }

  read(input: unknown, at: string): Node {
    this.#count++;
    if (this.#count > limits.conditions_max) {
      throw failed(at, `a query has at most ${limits.conditions_max} conditions`);
    }
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw failed(at, `expected a condition such as { name, op, datatype, value }, got ${shown(input)}`);
    }
    const condition = input as Record<string, unknown>;
    const keys = Object.keys(condition);
    if (keys.length === 1) {
      const [word] = keys as [string];
      if (word === 'and' || word === 'or') return this.#readGroup(word, condition[word], at);
      if (word === 'not') return { kind: 'not', node: this.read(condition[word], `${at}.not`) };
      if (word === 'present') return this.#readPresent(condition[word], `${at}.present`);
      if (word === 'absent') return { kind: 'not', node: this.#readPresent(condition[word], `${at}.absent`) };
    }
    for (const key of keys) {
      if (['name', 'op', 'datatype', 'value'].includes(key)) continue;
      const known = ['name', 'op', 'datatype', 'value', 'and', 'or', 'not', 'present', 'absent'];
      throw failed(at, `unknown field ${JSON.stringify(key)}${didYouMean(key, known)}`);
    }
    return this.#readComparison(condition, at);
  }

  #readGroup(kind: 'and' | 'or', input: unknown, at: string): Node {
    if (!Array.isArray(input))
      throw failed(`${at}.${kind}`, `expected a list of conditions, got ${shown(input)}`);
    return { kind, nodes: input.map((inner, i) => this.read(inner, `${at}.${kind}[${i}]`)) };
  }

  #readPresent(name: unknown, at: string): Node {
    return { kind: 'present', path: this.#readPath(name, at) };
  }

  #readComparison({ name, op, datatype, value }: Record<string, unknown>, at: string): Node {
    const path = this.#readPath(name, `${at}.name`);
    if (!(operators as readonly unknown[]).includes(op)) {
      throw failed(`${at}.op`, `unknown operator ${shown(op)}. Known: ${operators.join(' ')}`);
    }
    const operator = op as Operator;
    const fixed = this.#fixedDatatype(path);
    const resolved =
      datatype === undefined
        ? (fixed ?? this.#fromSchema(path) ?? guess(value, `${at}.value`))
        : checkDatatype(datatype, `${at}.datatype`);
    if (fixed !== undefined && path.length === 1 && resolved !== fixed) {
      throw failed(`${at}.datatype`, `${path[0]} is ${fixed}, not ${resolved}`);
    }
    checkOperator(operator, resolved, path.join('.'), at);
    const checkedAs = operator === '~' ? 'str' : resolved;
    const scalar = toScalar(checkedAs, value, `${at}.value`);
    if (operator === '~' && patternParts(scalar as string).length - 1 > limits.wildcards_max) {
      throw failed(`${at}.value`, `a pattern has at most ${limits.wildcards_max} wildcards`);
    }
    return { kind: 'compare', path, op: operator, datatype: resolved, value: scalar };
  }

  #readPath(name: unknown, at: string): string[] {
    const path = checkPath(name, at);
    if (path.length > limits.path_segments_max) {
      throw failed(at, `a path has at most ${limits.path_segments_max} names, got ${path.length}`);
    }
    const { fields } = this.#rules;
    if (fields !== undefined && !(path.length === 1 && Object.hasOwn(fields, path[0]!))) {
      const known = Object.keys(fields);
      throw failed(
        at,
        `unknown field ${JSON.stringify(name)}${didYouMean(String(name), known)} Known: ${known.join(', ')}`,
      );
    }
    return path;
  }

  #fixedDatatype(path: readonly string[]): Datatype | undefined {
    const last = path[path.length - 1]!;
    if (this.#rules.fields !== undefined) return this.#rules.fields[last];
    return isBuiltin(last) ? builtins[last] : undefined;
  }

  #fromSchema(path: readonly string[]): Datatype | undefined {
    return this.#type === undefined ? undefined : this.#rules.datatypeOf?.(this.#type, path.join('.'));
  }
}

function checkOperator(op: Operator, datatype: Datatype, name: string, at: string): void {
  if (datatype === 'text') {
    throw failed(
      `${at}.name`,
      `${name} is text, which is stored but cannot be compared; keep what you query as str`,
    );
  }
  if (op === '~' && datatype !== 'str' && datatype !== 'url') {
    throw failed(
      `${at}.op`,
      `~ compares str and url, not ${datatype}${datatype === 'ref' ? `; ask for ${name}.key` : ''}`,
    );
  }
  if ((datatype === 'ref' || datatype === 'boolean') && op !== '=' && op !== '!=') {
    const hint = datatype === 'ref' ? `; ask for ${name}.key` : '';
    throw failed(`${at}.op`, `${op} is not defined for ${datatype}, only = and !=${hint}`);
  }
}

/** The type that a raw list of conditions asks for; conditions are validated afterwards. */
function typeOf(conditions: readonly unknown[]): string | undefined {
  for (const condition of conditions) {
    if (typeof condition !== 'object' || condition === null) continue;
    const { name, op, value } = condition as Partial<Comparison>;
    if (name === 'type' && op === '=' && typeof value === 'string') return value;
  }
  return undefined;
}

function guess(value: unknown, at: string): Datatype {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'boolean';
  if (value instanceof Date) return 'datetime';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  throw failed(at, `expected a string, number, boolean or Date, got ${shown(value)}`);
}

function failed(path: string, message: string): StoreError {
  return new StoreError('STORE_BAD_CONDITION', `${path}: ${message}`, { path });
}
