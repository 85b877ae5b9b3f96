import type { Action } from '../model/actions.ts';
import type { Condition, Operator } from '../model/conditions.ts';
import type { Datatype } from '../model/datatypes.ts';
import type { DocumentInput, DocumentInputValue } from '../model/document.ts';
import type { NaturalValue } from '../model/properties.ts';
import type { QueryOptions, SortKey } from '../model/query.ts';
import type { Random } from './random.ts';

/** The type, of those that programs use, that layouts under test give tables and projections of their own. */
export const programTypes: readonly string[] = ['edition', 'author', "o'dd type"];

/** A layout file for programs: rules and projections over what they write. */
export const programLayout = `
edition  authors,ref                     edition_authors_ref
edition  *                               edition_*
author   *                               author_*
*        pages,int                       all_pages
edition  (authors:ref[], place:str, title:str)  edition_listing
index    edition_listing (authors, title)
index    edition_listing (title)
author   (rank:float, born:datetime)     author_ranks
`;

/** The properties that a projection above holds one value of: never given a list. */
const singles = new Set(['edition title', 'edition place', 'author rank', 'author born']);

const strings = [
  '',
  'a',
  'b',
  'A',
  'ab',
  'abc',
  'a%b',
  'a_b',
  'a*b',
  '[a]',
  '?',
  '\\',
  "O'Neil",
  '"q"',
  ';--',
  'é',
  '\u{ffff}',
  '\u{e000}',
  '😀',
  '😀z',
  '\u{d7ff}',
  'x'.repeat(700),
];
const patterns = [
  '*',
  'a*',
  '*b',
  'a*b',
  '*a*',
  '😀*',
  '?',
  '[a]',
  'a%*',
  'a_*',
  '\\*',
  '*é',
  'x*',
  '',
  '\u{d7ff}*',
  'a**b',
];
const ints = [0, 1, -1, 2, 100, 2 ** 53 - 1, -(2 ** 53 - 1)];
const floats = [0, 0.5, -1.25, 1e300, 5e-324, 3, 2 ** 60];
const dates = [
  '0001-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2020-02-29T12:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
];
const urls = ['https://example.org/', 'https://example.org/a?b=c#d', 'urn:isbn:0451450523'];
const names = [
  'title',
  'place',
  'pages',
  'rank',
  'born',
  'authors',
  'x.y',
  'x.z',
  "it's",
  '"',
  'constructor',
  '10',
];
const keys = ['/a/1', '/a/2', '/a/3', '/b/1', '/b/2', '/b/3', "/b/o'x", '/😀', '/\u{ffff}', '/z'];
const datatypeList: readonly Datatype[] = [
  'str',
  'text',
  'int',
  'float',
  'boolean',
  'datetime',
  'url',
  'ref',
];

export type Step =
  | {
      readonly op: 'create';
      readonly key: string;
      readonly properties: DocumentInput & { readonly type: string };
    }
  | {
      readonly op: 'update';
      readonly key: string;
      readonly actions: readonly Action[];
      readonly expectedRevision?: number;
    }
  | { readonly op: 'write'; readonly steps: readonly Extract<Step, { readonly op: 'create' | 'update' }>[] }
  | { readonly op: 'get'; readonly key: string; readonly revision?: number }
  | { readonly op: 'getMany'; readonly keys: readonly string[] }
  | {
      readonly op: 'things' | 'versions';
      readonly conditions: readonly Condition[];
      readonly options: QueryOptions;
    }
  | { readonly op: 'count'; readonly conditions: readonly Condition[] }
  | { readonly op: 'transaction'; readonly steps: readonly Step[]; readonly fails: boolean };

/** The first step of most programs: things of every key, which may refer to each other. */
export function firstStep(random: Random): Step {
  return { op: 'write', steps: keys.map((key) => ({ ...createStep(random), key })) };
}

/** A random step. Few names, keys and values, so that they meet. */
export function step(random: Random, depth = 0): Step {
  const kind = random.next();
  if (kind < 0.22) return createStep(random);
  if (kind < 0.46) return updateStep(random);
  if (kind < 0.54)
    return {
      op: 'write',
      steps: random.some(4, () => (random.chance(0.6) ? createStep(random) : updateStep(random))),
    };
  if (kind < 0.6) {
    const key = random.pick(keys);
    return random.chance(0.5) ? { op: 'get', key } : { op: 'get', key, revision: 1 + random.below(4) };
  }
  if (kind < 0.63) return { op: 'getMany', keys: random.some(5, () => random.pick(keys)) };
  if (kind < 0.88) return { op: 'things', conditions: conditionsOf(random), options: optionsOf(random) };
  if (kind < 0.91) return { op: 'count', conditions: conditionsOf(random) };
  if (kind < 0.96 || depth > 0) {
    return {
      op: 'versions',
      conditions: random.some(2, () => versionCondition(random)),
      options: versionOptions(random),
    };
  }
  const steps = random.some(6, () => step(random, depth + 1));
  return { op: 'transaction', steps, fails: random.chance(0.3) };
}

function createStep(random: Random): Extract<Step, { op: 'create' }> {
  const type = random.pick(programTypes);
  const properties: Record<string, DocumentInputValue> = {};
  for (const name of random.some(6, () => random.pick(names))) {
    const [outer, inner] = name.split('.') as [string, string?];
    const value = propertyValue(random, name);
    if (inner === undefined) properties[outer] = value;
    else if (random.chance(0.2)) properties[outer] = random.some(3, () => ({ [inner]: scalar(random) }));
    else properties[outer] = { ...(isPlain(properties[outer]) ? properties[outer] : {}), [inner]: value };
  }
  return { op: 'create', key: random.pick(keys), properties: { ...properties, type } };
}

function updateStep(random: Random): Extract<Step, { op: 'update' }> {
  const actions = random.some(3, (): Action => {
    const name = random.pick(names);
    const kind = random.below(10);
    if (kind === 0) return { action: 'update', name: 'type', value: random.pick(programTypes) };
    if (kind < 3) return { action: 'delete', name };
    if (kind === 3) return { action: 'delete', name, value: scalar(random) };
    if (kind < 6 && ![...singles].some((single) => single.endsWith(` ${name}`))) {
      return { action: 'update_list', name, value: random.some(4, () => scalar(random)) };
    }
    return { action: kind < 8 ? 'insert' : 'update', name, value: scalar(random) };
  });
  const expected = random.chance(0.3) ? { expectedRevision: 1 + random.below(3) } : {};
  return { op: 'update', key: random.pick(keys), actions, ...expected };
}

function propertyValue(random: Random, name: string): DocumentInputValue {
  const single = [...singles].some((it) => it.endsWith(` ${name}`));
  return single || random.chance(0.7) ? scalar(random) : random.some(4, () => scalar(random));
}

function scalar(random: Random): DocumentInputValue {
  const datatype = random.pick(datatypeList);
  const value = natural(random, datatype);
  if (datatype === 'text') return { $text: value as string };
  if (datatype === 'url') return { $url: value as string };
  if (datatype === 'ref') return { $ref: value as string };
  if (datatype === 'float') return { $float: value as number };
  return value;
}

function natural(random: Random, datatype: Datatype): NaturalValue {
  switch (datatype) {
    case 'int':
      return random.pick(ints);
    case 'float':
      return random.pick(floats);
    case 'boolean':
      return random.chance(0.5);
    case 'datetime':
      return new Date(random.pick(dates));
    case 'url':
      return random.pick(urls);
    case 'ref':
      return random.pick(keys);
    default:
      return random.pick(strings);
  }
}

function conditionsOf(random: Random): Condition[] {
  const conditions = random.some(3, () => condition(random, 0));
  if (random.chance(0.5)) conditions.push({ name: 'type', op: '=', value: random.pick(programTypes) });
  return conditions;
}

function condition(random: Random, depth: number): Condition {
  const kind = random.below(depth < 2 ? 12 : 7);
  if (kind === 7 || kind === 8) return { or: random.some(3, () => condition(random, depth + 1)) };
  if (kind === 9) return { and: random.some(3, () => condition(random, depth + 1)) };
  if (kind >= 10) return { not: condition(random, depth + 1) };
  const name = path(random);
  if (kind === 0) return random.chance(0.5) ? { present: name } : { absent: name };
  if (kind === 1) return builtinCondition(random, random.chance(0.3) ? 'authors.' : '');
  const datatype = random.pick(datatypeList.filter((it) => it !== 'text'));
  if (datatype === 'ref' || datatype === 'boolean') {
    return { name, op: random.pick(['=', '!=']), datatype, value: natural(random, datatype) };
  }
  if ((datatype === 'str' || datatype === 'url') && random.chance(0.3)) {
    return { name, op: '~', datatype, value: random.pick(patterns) };
  }
  return {
    name,
    op: random.pick<Operator>(['<', '<=', '=', '=', '!=', '>=', '>']),
    datatype,
    value: natural(random, datatype),
  };
}

function builtinCondition(random: Random, prefix: string): Condition {
  switch (random.below(4)) {
    case 0:
      return {
        name: `${prefix}key`,
        op: random.pick<Operator>(['<', '>=', '=', '!=']),
        value: random.pick(keys),
      };
    case 1:
      return { name: `${prefix}key`, op: '~', value: random.pick(['/a/*', '*1', '/*o*', '*']) };
    case 2:
      return { name: `${prefix}revision`, op: random.pick<Operator>(['<', '=', '>']), value: 2 };
    default:
      return {
        name: `${prefix}type`,
        op: random.pick<Operator>(['=', '!=', '~']),
        value: random.pick(programTypes),
      };
  }
}

function path(random: Random): string {
  const name = random.pick(names);
  if (random.chance(0.75)) return name;
  return random.chance(0.7) ? `authors.${name}` : `authors.${random.pick(names)}.${name}`;
}

function optionsOf(random: Random): QueryOptions {
  const sort = random.some(3, (): SortKey => {
    if (random.chance(0.15))
      return random.pick(['key', '-key', 'type', '-revision', 'created', '-last_modified']);
    const datatype = random.pick<Datatype>(['str', 'int', 'float', 'datetime', 'boolean', 'url', 'str']);
    const name = random.pick(names);
    return { name, datatype, direction: random.chance(0.5) ? 'asc' : 'desc' };
  });
  return {
    sort,
    limit: random.pick([1, 2, 3, 100]),
    ...(random.chance(0.15) ? { offset: random.below(4) } : {}),
  };
}

function versionCondition(random: Random): Condition {
  switch (random.below(5)) {
    case 0:
      return { name: 'key', op: '=', value: random.pick(keys) };
    case 1:
      return { name: 'revision', op: random.pick<Operator>(['<', '=', '>=']), value: 1 + random.below(3) };
    case 2:
      return { not: { name: 'author', op: random.pick<Operator>(['=', '!=']), value: 'ann' } };
    case 3:
      return random.chance(0.5) ? { present: 'author' } : { absent: 'comment' };
    default:
      return {
        name: 'author',
        op: random.pick<Operator>(['=', '!=', '~']),
        value: random.pick(['ann', 'b*', 'bob']),
      };
  }
}

function versionOptions(random: Random): QueryOptions {
  const sort = random.some(2, () =>
    random.pick(['key', '-revision', 'author', '-created', 'comment', 'type']),
  );
  return sort.length === 0 ? {} : { sort: [...new Set(sort)], limit: random.pick([2, 100]) };
}

function isPlain(value: unknown): value is Record<string, DocumentInputValue> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Object.keys(value).some((key) => key.startsWith('$')) &&
    !(value instanceof Date)
  );
}
