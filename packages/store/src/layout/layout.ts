import { StoreError } from '../errors.ts';
import { type Datatype, datatypes } from '../model/datatypes.ts';
import type { TypeDefinition } from '../schema/builder.ts';
import { Schema } from '../schema/schema.ts';
import {
  type IndexSpec,
  type LayoutKind,
  type LayoutSpec,
  type ProjectionSpec,
  parseSpec,
  type Rule,
} from './spec.ts';
import { quoted, syntaxError } from './tokens.ts';

/** A table of values of one datatype. */
export interface ValueTable {
  readonly name: string;
  readonly datatype: Datatype;
}

interface Column {
  readonly property: string;
  readonly datatype: Datatype;
  readonly list: boolean;
}

export interface Projection {
  readonly type: string;
  readonly table: string;
  readonly columns: readonly Column[];
  /** Columns of each composite index, in order; the thing's key follows them. */
  readonly indexes: readonly (readonly string[])[];
}

/** Names that the store's own tables have. */
const reserved = ['thing', 'version', 'data', 'property', 'datum', 'cowpath_state', 'cowpath_changed'];

/** How many answers a layout remembers. */
const found_max = 20_000;

export interface LayoutOptions {
  /** For messages: the file that the text comes from. */
  readonly file?: string | undefined;
  /** Where projections take the datatypes of their columns from. */
  readonly types?: readonly TypeDefinition[] | undefined;
}

/** A layout, resolved: which table every value goes to, and which projections are kept. Immutable. */
export class Layout {
  readonly kind: LayoutKind;
  readonly projections: readonly Projection[];
  /** Every table of values; empty for `existing`. */
  readonly tables: readonly ValueTable[];
  /** The specification in full, from which the same layout is read again. */
  readonly text: string;
  readonly #rules: readonly Rule[];
  /** Tables found before, by type and property: this is asked for every value that is written. */
  readonly #found = new Map<string, Map<string, Partial<Record<Datatype, string>>>>();
  #foundSize = 0;

  constructor(spec: LayoutSpec, options: LayoutOptions = {}) {
    this.kind = spec.kind;
    this.#rules = [...spec.rules, ...typeRules(spec)];
    this.tables = spec.kind === 'existing' ? [] : tablesOf(this.#rules);
    const schema = new Schema(options.types ?? []);
    this.projections = spec.projections.map((projection) =>
      resolveProjection(projection, spec.indexes, schema),
    );
    for (const { table, place } of spec.projections) {
      if (!this.tables.some(({ name }) => name === table)) continue;
      throw syntaxError(
        place,
        `the table ${table} holds values by another rule and cannot be a projection too`,
      );
    }
    this.text = textOf(spec, this.projections);
  }

  /** The table that holds a type's values of a property and datatype. Not for `existing`. */
  tableOf(type: string, property: string, datatype: Datatype): string {
    let table = this.#found.get(type)?.get(property)?.[datatype];
    if (table === undefined) {
      table = this.#match(type, property, datatype);
      this.#remember(type, property, datatype, table);
    }
    return table;
  }

  #match(type: string, property: string, datatype: Datatype): string {
    for (const rule of this.#rules) {
      if (rule.type !== null && rule.type !== type) continue;
      if (rule.property !== null && rule.property !== property) continue;
      if (rule.datatype !== null && rule.datatype !== datatype) continue;
      return rule.table.replace('*', datatype);
    }
    return `datum_${datatype}`;
  }

  #remember(type: string, property: string, datatype: Datatype, table: string): void {
    if (this.#foundSize >= found_max) {
      this.#found.clear();
      this.#foundSize = 0;
    }
    let properties = this.#found.get(type);
    if (properties === undefined) {
      properties = new Map();
      this.#found.set(type, properties);
    }
    const tables = properties.get(property);
    if (tables === undefined) properties.set(property, { [datatype]: table });
    else tables[datatype] = table;
    this.#foundSize++;
  }
}

/** Reads a layout file. @throws STORE_LAYOUT_SYNTAX, its path `file:line:column` */
export function parseLayout(text: string, options: LayoutOptions = {}): Layout {
  return new Layout(parseSpec(text, options.file), options);
}

/** The layouts that need no file. */
export const layouts: {
  /** One table of values with begin and end revision, as source 001 found it. */
  existing(): Layout;
  /** One table for every datatype. */
  byDatatype(): Layout;
  /** Tables of their own for these types, one a datatype; all other types share `datum_*`. */
  byType(...types: readonly (string | TypeDefinition)[]): Layout;
  /** As a layout file says. */
  custom(text: string, options?: LayoutOptions): Layout;
} = {
  existing: () => parseLayout('layout existing'),
  byDatatype: () => parseLayout('layout by-datatype'),
  byType(...types) {
    if (types.length === 0)
      throw new StoreError('STORE_BAD_OPTION', 'layouts.byType: name at least one type');
    const names = types.map((type) => (typeof type === 'string' ? type : type.name));
    return parseLayout(`layout by-type ${names.map(quoted).join(' ')}`);
  },
  custom: parseLayout,
};

/** For by-type: a rule for each type, its tables named after the last part of the type's name. */
function typeRules(spec: LayoutSpec): Rule[] {
  const names = new Set<string>(['datum']);
  return spec.types.map((type) => {
    const last = type
      .split('/')
      .at(-1)!
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]+/g, '_')
      .slice(0, 30);
    const base = /^[a-z]/.test(last) ? last : `type_${last}`;
    let name = base;
    for (let i = 2; names.has(name); i++) name = `${base}_${i}`;
    names.add(name);
    return { type, property: null, datatype: null, table: `${name}_*`, place: `type ${type}` };
  });
}

function tablesOf(rules: readonly Rule[]): ValueTable[] {
  const tables = new Map<string, { table: ValueTable; place: string }>();
  const add = (name: string, datatype: Datatype, place: string): void => {
    if (reserved.includes(name) || /_g\d+$/.test(name)) {
      throw syntaxError(place, `the table name ${name} is the store's own; choose another`);
    }
    const other = tables.get(name);
    if (other !== undefined && other.table.datatype !== datatype) {
      throw syntaxError(
        place,
        `the table ${name} would hold ${datatype} here and ${other.table.datatype} by the rule at ${other.place}; a table has one datatype`,
      );
    }
    tables.set(name, other ?? { table: { name, datatype }, place });
  };
  for (const rule of rules) {
    for (const datatype of rule.datatype === null ? datatypes : [rule.datatype]) {
      add(rule.table.replace('*', datatype), datatype, rule.place);
    }
  }
  for (const datatype of datatypes) add(`datum_${datatype}`, datatype, 'the rule for everything else');
  return [...tables.values()].map(({ table }) => table);
}

function resolveProjection(spec: ProjectionSpec, indexes: readonly IndexSpec[], schema: Schema): Projection {
  const columns = spec.columns.map(({ property, datatype, list, place }): Column => {
    const field = schema.field(spec.type, property);
    const declared = field?.kind === 'object' ? undefined : field?.kind;
    const resolved = datatype ?? declared;
    if (resolved === undefined) {
      throw syntaxError(
        place,
        `the datatype of ${property} is not known: write ${property}:str (or another), ${property}:ref[] for a list, or give the store's types`,
      );
    }
    if (resolved === 'text')
      throw syntaxError(place, `${property} is text, which cannot be compared or sorted by`);
    return { property, datatype: resolved, list: list ?? field?.listed !== undefined };
  });
  if (columns.filter((column) => column.list).length > 1) {
    throw syntaxError(spec.place, `a projection has at most one list; make several projections`);
  }
  if (reserved.includes(spec.table))
    throw syntaxError(spec.place, `the table name ${spec.table} is the store's own`);
  const declared = indexes.filter(({ table }) => table === spec.table).map((index) => index.columns);
  return {
    type: spec.type,
    table: spec.table,
    columns,
    indexes: [spec.columns.map(({ property }) => property), ...declared],
  };
}

function textOf(spec: LayoutSpec, projections: readonly Projection[]): string {
  const lines = [`layout ${[spec.kind, ...spec.types.map(quoted)].join(' ')}`];
  const word = (name: string | null): string => (name === null ? '*' : quoted(name));
  for (const { type, property, datatype, table } of spec.rules) {
    lines.push(`${word(type)} ${word(property)}${datatype === null ? '' : `,${datatype}`} ${table}`);
  }
  for (const { type, columns, table, indexes } of projections) {
    const shown = columns.map((it) => `${quoted(it.property)}:${it.datatype}${it.list ? '[]' : ''}`);
    lines.push(`${quoted(type)} (${shown.join(', ')}) ${table}`);
    for (const index of indexes.slice(1)) lines.push(`index ${table} (${index.map(quoted).join(', ')})`);
  }
  return `${lines.join('\n')}\n`;
}
