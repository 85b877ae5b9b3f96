import type { CompareNode, Node, PresentNode } from '../../model/conditions.ts';
import { type Datatype, datatypes } from '../../model/datatypes.ts';
import { type Builtin, isBuiltin } from '../../model/document.ts';
import type { Contents, Source } from './contents.ts';
import type { Dialect } from './dialect.ts';
import { join, raw, type Sql, sql } from './fragment.ts';
import type { ResolvedNames } from './names.ts';
import type { SystemTables } from './tables.ts';

/** The thing that conditions are about, as SQL expressions of the query around them. */
export interface Outer {
  readonly id: Sql;
  readonly builtin: Readonly<Record<Builtin, Sql>>;
  /** The type that all candidates are known to have. */
  readonly type: string | undefined;
}

export const nothing: Sql = raw('1 = 0');
export const everything: Sql = raw('1 = 1');

/**
 * Conditions as SQL. A value of the thing itself is tested by `exists` on its rows; what lies behind a
 * reference by `in` over the set of things that satisfy it, which an index on (key_id, value) gives.
 */
export class ConditionCompiler {
  readonly #contents: Contents;
  readonly #system: SystemTables;
  readonly #dialect: Dialect;
  readonly #names: ResolvedNames;

  constructor(contents: Contents, system: SystemTables, dialect: Dialect, names: ResolvedNames) {
    this.#contents = contents;
    this.#system = system;
    this.#dialect = dialect;
    this.#names = names;
  }

  compile(node: Node, outer: Outer): Sql {
    switch (node.kind) {
      case 'and':
        return node.nodes.length === 0
          ? everything
          : sql`(${join(
              node.nodes.map((it) => this.compile(it, outer)),
              ' and ',
            )})`;
      case 'or':
        return node.nodes.length === 0
          ? nothing
          : sql`(${join(
              node.nodes.map((it) => this.compile(it, outer)),
              ' or ',
            )})`;
      case 'not':
        return sql`not ${this.compile(node.node, outer)}`;
      default:
        return this.#own(node, outer);
    }
  }

  /** The ids of things that have a value of their own equal to this: what a query can be driven by. */
  idsWith(node: CompareNode, type: string | undefined): Sql {
    return this.#set(node.path, node, type);
  }

  test(value: Sql, { op, value: wanted, datatype }: CompareNode): Sql {
    if (op === '~') return this.#dialect.matches(value, wanted as string);
    if (datatype === 'ref') {
      const thing = raw(this.#system.thing.name);
      // No thing has the id -1: a reference to nothing equals none, and differs from all.
      const target = sql`coalesce((select id from ${thing} where key = ${wanted}), -1)`;
      return op === '=' ? sql`${value} = ${target}` : sql`${value} <> ${target}`;
    }
    return sql`${value} ${raw(op === '!=' ? '<>' : op)} ${wanted}`;
  }

  /** The sources of a property of the thing itself. */
  sources(name: string, datatype: Datatype, type: string | undefined): Source[] {
    const rows = this.#names.rows(name, type);
    return rows.length === 0 ? [] : this.#contents.sources(rows, datatype);
  }

  #keyIs({ keyIds }: Source, key: Sql): Sql {
    if (keyIds.length === 1) return sql`${key} = ${keyIds[0]}`;
    return this.#dialect.oneOf(key, keyIds, 'int');
  }

  rowIs(source: Source, key: Sql = raw('key_id')): Sql {
    const keyIs = this.#keyIs(source, key);
    return source.where === undefined ? keyIs : sql`${keyIs} and ${source.where}`;
  }

  /** The few rows of one thing: found by the thing, not among all rows of the property. */
  ofThing(outer: Outer, source: Source): Sql {
    return sql`thing_id = ${outer.id} and ${this.rowIs(source, this.#dialect.unindexed(raw('key_id')))}`;
  }

  #own(node: CompareNode | PresentNode, outer: Outer): Sql {
    const { path } = node;
    const [first] = path as [string];
    if (path.length === 1 && isBuiltin(first)) {
      return node.kind === 'present' ? everything : this.test(outer.builtin[first], node);
    }
    const ways: Sql[] = [];
    for (const source of this.#sourcesOf(path.join('.'), node, outer.type)) {
      const test = node.kind === 'present' ? everything : this.test(source.value!, node);
      // An equality is found at once in the index of values.
      const rows =
        node.kind === 'compare' && node.op === '='
          ? sql`thing_id = ${outer.id} and ${this.rowIs(source)}`
          : this.ofThing(outer, source);
      ways.push(sql`exists (select 1 from ${source.from} where ${rows} and ${test})`);
    }
    for (const { source, rest } of this.#references(path, outer.type)) {
      const set = this.#set(rest, node, undefined);
      ways.push(
        sql`exists (select 1 from ${source.from} where ${this.ofThing(outer, source)} and ${source.value} in (${set}))`,
      );
    }
    return ways.length === 0 ? nothing : sql`(${join(ways, ' or ')})`;
  }

  /** The ids of all things that satisfy the condition at the end of the path. */
  #set(path: readonly string[], node: CompareNode | PresentNode, type: string | undefined): Sql {
    const [first] = path as [string];
    if (path.length === 1 && isBuiltin(first)) {
      const test = node.kind === 'present' ? everything : this.test(this.#builtin(first), node);
      return sql`select id from ${raw(this.#system.thing.name)} where ${test}`;
    }
    const ways: Sql[] = [];
    for (const source of this.#sourcesOf(path.join('.'), node, type)) {
      const test = node.kind === 'present' ? everything : this.test(source.value!, node);
      ways.push(sql`select thing_id from ${source.from} where ${this.rowIs(source)} and ${test}`);
    }
    for (const { source, rest } of this.#references(path, type)) {
      const set = this.#set(rest, node, undefined);
      ways.push(
        sql`select thing_id from ${source.from} where ${this.rowIs(source)} and ${source.value} in (${set})`,
      );
    }
    return ways.length === 0 ? raw('select -1 where 1 = 0') : join(ways, ' union all ');
  }

  *#references(
    path: readonly string[],
    type: string | undefined,
  ): Iterable<{ source: Source; rest: readonly string[] }> {
    for (let length = 1; length < path.length; length++) {
      const rest = path.slice(length);
      for (const source of this.sources(path.slice(0, length).join('.'), 'ref', type)) yield { source, rest };
    }
  }

  #sourcesOf(name: string, node: CompareNode | PresentNode, type: string | undefined): Source[] {
    const wanted = node.kind === 'present' ? datatypes : [node.datatype];
    return wanted.flatMap((datatype) => this.sources(name, datatype, type));
  }

  #builtin(name: Builtin): Sql {
    return raw(builtinColumns[name]);
  }
}

/** The columns of `thing` that the builtin names stand for. */
export const builtinColumns: Readonly<Record<Builtin, string>> = {
  key: 'key',
  type: 'type',
  revision: 'latest_revision',
  created: 'created',
  last_modified: 'last_modified',
};
