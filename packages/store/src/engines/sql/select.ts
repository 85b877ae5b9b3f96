import type { CompareNode, Node } from '../../model/conditions.ts';
import type { Scalar } from '../../model/datatypes.ts';
import { type Builtin, isBuiltin } from '../../model/document.ts';
import type { Position, Query, SortBy } from '../../model/query.ts';
import { builtinColumns, ConditionCompiler, everything, nothing, type Outer } from './conditions.ts';
import type { Contents, ProjectionTable } from './contents.ts';
import type { Dialect } from './dialect.ts';
import { join, raw, type Sql, sql } from './fragment.ts';
import type { ResolvedNames } from './names.ts';
import type { SystemTables } from './tables.ts';

/** A query over things as SQL: rows of (item, s0, s1 …), the sort values in the order of the sort. */
export class SelectCompiler {
  readonly #contents: Contents;
  readonly #system: SystemTables;
  readonly #dialect: Dialect;
  readonly #conditions: ConditionCompiler;

  constructor(contents: Contents, system: SystemTables, dialect: Dialect, names: ResolvedNames) {
    this.#contents = contents;
    this.#system = system;
    this.#dialect = dialect;
    this.#conditions = new ConditionCompiler(contents, system, dialect, names);
  }

  things(query: Query): Sql {
    const { from, sort } = this.#source(query);
    return paged(sql`${from}`, query, sort, this.#dialect);
  }

  count(query: Query): Sql {
    const { from } = this.#source({ ...query, sort: [{ name: 'key', datatype: 'str', descending: false }] });
    return sql`select count(*) as count from (${from}) q`;
  }

  #source(query: Query): { from: Sql; sort: readonly SortBy[] } {
    const chosen = this.#projection(query);
    return {
      from: chosen === undefined ? this.#fromThings(query) : this.#fromProjection(query, chosen),
      sort: query.sort,
    };
  }

  /** One row for each thing that matches: its key and sort values. */
  #fromThings(query: Query): Sql {
    const driver = drivingNode(query.node);
    // What is found by a value needs no index of keys, types or times.
    const builtin = driver === undefined ? builtinsOf('t') : this.#unindexed(builtinsOf('t'));
    const outer: Outer = { id: raw('t.id'), builtin, type: query.type };
    const rest = driver === undefined ? query.node : without(query.node, driver);
    const sorts = query.sort.map((by, i) => sql`${this.#sortValue(by, outer)} as ${raw(`s${i}`)}`);
    const driven =
      driver === undefined ? everything : sql`t.id in (${this.#conditions.idsWith(driver, query.type)})`;
    return sql`select t.key as item, ${join(sorts, ', ')} from ${raw(this.#system.thing.name)} t
      where t.latest_revision > 0 and ${driven} and ${this.#conditions.compile(rest, outer)}`;
  }

  #unindexed(columns: Record<Builtin, Sql>): Record<Builtin, Sql> {
    const entries = Object.entries(columns).map(([name, column]) => [name, this.#dialect.unindexed(column)]);
    return Object.fromEntries(entries) as Record<Builtin, Sql>;
  }

  #sortValue({ name, datatype, descending }: SortBy, outer: Outer): Sql {
    if (isBuiltin(name)) return outer.builtin[name];
    const sources = this.#conditions.sources(name, datatype, outer.type);
    if (sources.length === 0) {
      const isText = datatype === 'str' || datatype === 'url';
      return raw(`cast(null as ${isText ? 'text' : this.#dialect.columnType('float')})`);
    }
    const extreme = raw(descending ? 'max' : 'min');
    const values = sources.map(
      (source) =>
        sql`select ${source.value} as v from ${source.from} where ${this.#conditions.ofThing(outer, source)}`,
    );
    return sql`(select ${extreme}(v) from (${join(values, ' union all ')}) x)`;
  }

  /** The projection that serves most of the query: its type, conditions joined by and, and all sort keys. */
  #projection(query: Query): ChosenProjection | undefined {
    let best: ChosenProjection | undefined;
    for (const target of this.#contents.projections) {
      const chosen = serve(target, query);
      if (chosen !== undefined && (best === undefined || chosen.served.length > best.served.length))
        best = chosen;
    }
    return best;
  }

  #fromProjection(query: Query, { target, served }: ChosenProjection): Sql {
    const rest = served.reduce<Node>((node, it) => without(node, it), query.node);
    const needsThing = usesBuiltin(rest) || query.sort.some(({ name }) => isBuiltin(name) && name !== 'key');
    const builtin = { ...builtinsOf('t'), key: raw('p.key') };
    const outer: Outer = { id: raw('p.thing_id'), builtin, type: query.type };
    const columns = new Map(
      target.projection.columns.map((column, i) => [column.property, { column, name: target.columns[i]! }]),
    );
    const sorts = query.sort.map(({ name }, i) => {
      const value = isBuiltin(name) ? builtin[name] : raw(`p.${columns.get(name)!.name}`);
      return sql`${value} as ${raw(`s${i}`)}`;
    });
    const tests = served
      .filter(({ path }) => !(path.length === 1 && path[0] === 'type'))
      .map((node) => this.#columnTest(node, raw(`p.${columns.get(node.path.join('.'))!.name}`)));
    // Two rows of one thing differ in the list's element only.
    const list = target.projection.columns.find((column) => column.list);
    const fixed =
      list === undefined || served.some((it) => it.op === '=' && it.path.join('.') === list.property);
    const thing = needsThing ? sql` join ${raw(this.#system.thing.name)} t on t.id = p.thing_id` : raw('');
    return sql`select ${raw(fixed ? '' : 'distinct ')}p.key as item, ${join(sorts, ', ')} from ${raw(target.table.name)} p${thing}
      where ${join([...tests, this.#conditions.compile(rest, outer)], ' and ')}`;
  }

  #columnTest(node: CompareNode, column: Sql): Sql {
    const isText = node.datatype === 'str' || node.datatype === 'url';
    if (node.op === '=' && isText) return this.#dialect.digestEqual(column, node.value as string);
    return this.#conditions.test(column, node);
  }
}

interface ChosenProjection {
  readonly target: ProjectionTable;
  readonly served: readonly CompareNode[];
}

function serve(target: ProjectionTable, query: Query): ChosenProjection | undefined {
  if (target.projection.type !== query.type) return undefined;
  const columnOf = (name: string, datatype: string) =>
    target.projection.columns.find((column) => column.property === name && column.datatype === datatype);
  for (const { name, datatype } of query.sort) {
    if (isBuiltin(name)) continue;
    const column = columnOf(name, datatype);
    if (column === undefined || column.list) return undefined;
  }
  // Two conditions on a list may be met by two of its elements, which are two rows: one of them is served.
  const lists = new Set<string>();
  const served = conjuncts(query.node).filter((node): node is CompareNode => {
    if (node.kind !== 'compare') return false;
    if (node.path.length === 1 && node.path[0] === 'type')
      return node.op === '=' && node.value === query.type;
    const name = node.path.join('.');
    const column = columnOf(name, node.datatype);
    if (column === undefined) return false;
    // `a.b` might also be met behind a reference `a`.
    if (node.path.length > 1) return false;
    if (column.list && lists.has(name)) return false;
    lists.add(name);
    return true;
  });
  const useful =
    served.some(({ path }) => path[0] !== 'type') || query.sort.some(({ name }) => !isBuiltin(name));
  return useful ? { target, served } : undefined;
}

/** The order, position, offset and limit around rows of (item, s0 …). */
export function paged(rows: Sql, query: Query, sort: readonly SortBy[], dialect: Dialect): Sql {
  const where = query.from === undefined ? everything : beyond(query.from, sort, query.reverse);
  const order = sort.map(({ name, descending }, i) =>
    raw(`s${i} ${dialect.direction(descending !== query.reverse, !isBuiltin(name))}`),
  );
  if (query.from === undefined) {
    return sql`${rows} order by ${join(order, ', ')} limit ${query.limit} offset ${query.offset}`;
  }
  return sql`select * from (${rows}) q where ${where} order by ${join(order, ', ')} limit ${query.limit} offset ${query.offset}`;
}

/** Rows strictly after a position, key by key; an absent value is less than every other. */
function beyond(position: Position, sort: readonly SortBy[], reverse: boolean): Sql {
  let condition = nothing;
  for (let i = sort.length - 1; i >= 0; i--) {
    const column = raw(`s${i}`);
    const value = position[i]!;
    const down = sort[i]!.descending !== reverse;
    condition = sql`(${past(column, value, down)} or (${same(column, value)} and ${condition}))`;
  }
  return condition;
}

function past(column: Sql, value: Scalar | null, down: boolean): Sql {
  if (value === null) return down ? nothing : sql`${column} is not null`;
  return down ? sql`(${column} < ${value} or ${column} is null)` : sql`${column} > ${value}`;
}

function same(column: Sql, value: Scalar | null): Sql {
  return value === null ? sql`${column} is null` : sql`${column} = ${value}`;
}

function builtinsOf(alias: string): Record<Builtin, Sql> {
  const entries = Object.entries(builtinColumns).map(([name, column]) => [name, raw(`${alias}.${column}`)]);
  return Object.fromEntries(entries) as Record<Builtin, Sql>;
}

/** The nodes that must all hold. */
function conjuncts(node: Node): readonly Node[] {
  return node.kind === 'and' ? node.nodes.flatMap(conjuncts) : [node];
}

/** The same condition without one of its conjuncts. */
function without(node: Node, taken: Node): Node {
  if (node === taken) return { kind: 'and', nodes: [] };
  return node.kind === 'and'
    ? { kind: 'and', nodes: node.nodes.map((inner) => without(inner, taken)) }
    : node;
}

/** An equality to find the candidates by: of a reference first, then of what has the most distinct values. */
function drivingNode(node: Node): CompareNode | undefined {
  const rank = ['ref', 'url', 'str', 'datetime', 'float', 'int', 'boolean'];
  const candidates = conjuncts(node).filter(
    (it): it is CompareNode => it.kind === 'compare' && it.op === '=' && !isBuiltin(it.path[0]!),
  );
  return candidates.sort((a, b) => rank.indexOf(a.datatype) - rank.indexOf(b.datatype))[0];
}

function usesBuiltin(node: Node): boolean {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.some(usesBuiltin);
  if (node.kind === 'not') return usesBuiltin(node.node);
  return node.path.length === 1 && isBuiltin(node.path[0]!) && node.path[0] !== 'key';
}
