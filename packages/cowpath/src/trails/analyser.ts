import {
  type Context,
  type Load,
  type LoadMessage,
  type Observation,
  type ProfileBuilder,
  pathOf,
  type Reference,
  referenceKey,
  type Step,
} from '@cowpath/profile';
import { LearnedCatalog } from '../catalog/learned.ts';
import type { Database } from '../recorder/database.ts';
import type { Guard } from '../recorder/guard.ts';
import { RECORDER_LIMITS } from '../recorder/limits.ts';
import type { Observed } from '../recorder/observed.ts';
import type { PlanSampler } from '../recorder/plans.ts';
import { SiteFinder } from '../sites/index.ts';
import { type Statement, StatementCache } from '../sql/index.ts';
import { ambiguities, bookEvidence, type Decision, decide, nodeOf } from './assign.ts';
import type { Candidate } from './candidate.ts';
import { EvidenceLog } from './evidence-log.ts';
import { type Execution, Group } from './group.ts';
import { heldValue } from './held-value.ts';
import { LoadNode } from './load-node.ts';
import { NumberSet } from './number-set.ts';
import { type Resolved, Resolver } from './resolve.ts';
import type { RootTrails } from './root-trails.ts';
import { Timeline } from './timeline.ts';

/** Of one root's identical reads, so many different ones are remembered. */
const READS_REMEMBERED_MAX = 20_000;
/** Of one step in one root, so many distinct keys are told apart. */
const KEYS_REMEMBERED_MAX = 20_000;

/** Turns finished statements into trails. Runs between the program's work, never within it. */
export class Analyser {
  readonly #guard: Guard;
  readonly #plans: PlanSampler;
  readonly #statements = new StatementCache();
  readonly #resolver = new Resolver();
  readonly #log = new EvidenceLog();
  readonly #sites: SiteFinder;
  readonly #resolved = new WeakMap<Database, { epoch: number; byShape: Map<string, Resolved> }>();
  readonly #learned = new WeakMap<Database, LearnedCatalog>();
  readonly #ambiguous = new Map<string, Reference>();

  /** `sawPackage`: told of files of packages on stacks. */
  constructor(guard: Guard, plans: PlanSampler, sawPackage: (file: string) => void) {
    this.#guard = guard;
    this.#plans = plans;
    this.#sites = new SiteFinder((error) => guard.failed('COWPATH_RECORDER_FAILED', error), sawPackage);
  }

  /** Counts a context's run, as often as it stands for others. */
  ran(builder: ProfileBuilder, context: Context, weight: number): void {
    builder.context(pathOf(context)).ran((context.closedAt - context.openedAt) * 1e6, weight);
    if (weight > 1 && context.parent === null) builder.note('COWPATH_RUNS_SAMPLED', weight - 1);
  }

  /** Analyses statements of one root; `startUp` holds what was loaded before any root opened. */
  analyse(
    builder: ProfileBuilder,
    trails: RootTrails,
    finished: readonly Observed[],
    root: Context,
    startUp: RootTrails | null,
  ): void {
    const inOrder = [...finished].sort((a, b) => a.issuedAt - b.issuedAt);
    const timeline = new Timeline(trails, startUp);
    const executions: Execution[] = [];
    const groups = new Set<Group>();
    // All of them first: what a key refers to may be named by a later statement.
    for (const observed of inOrder) if (observed.database.state === 'denied') this.#learn(observed);
    for (const observed of inOrder) {
      try {
        const place = observed.frame?.context ?? root;
        const statement = this.#statements.read(observed.text);
        const resolved = this.#resolve(observed, statement);
        if (resolved.analysis.verb === 'ddl') observed.database.changed();
        const group = this.#group(trails, observed.database, resolved, place);
        const execution: Execution = {
          observed,
          resolved,
          group,
          matches: [],
          node: null,
          asked: null,
          keys: null,
        };
        group.pending.push(execution);
        groups.add(group);
        executions.push(execution);
        // What an announced load asks for is that load's query level, and no trail of its own.
        if (observed.frame?.load == null) {
          timeline.add(execution, statement, (table) => this.#resolver.entity(observed.database, table));
        }
      } catch (error) {
        this.#guard.failed('COWPATH_RECORDER_FAILED', error);
      }
    }
    timeline.finish();
    this.#book(builder, trails, executions, groups, root);
  }

  /** Counts a load that was announced exactly. */
  exact(builder: ProfileBuilder, trails: RootTrails, message: LoadMessage, context: Context): void {
    const { load } = message;
    const step = exactNode(load, pathOf(context)).step(builder);
    const use = step.use(builder.placeOf(pathOf(context)));
    use.observe(
      {
        queries: message.queries,
        objects: message.objects,
        repeats: 0,
        failed: message.failed ? 1 : 0,
        time_ns: message.time_ns,
        wait_ns: message.wait_ns,
      },
      trails.weight,
    );
    use.keys += message.keys * trails.weight;
    if (!trails.keys.has(step)) {
      trails.keys.set(step, new NumberSet());
      use.roots += trails.weight;
    }
  }

  #book(
    builder: ProfileBuilder,
    trails: RootTrails,
    executions: readonly Execution[],
    groups: ReadonlySet<Group>,
    root: Context,
  ): void {
    const decisions = new Map<Execution, Decision>();
    const references = new Map<Candidate, Reference>();
    for (const group of groups) {
      for (const [execution, decision] of decide(group, this.#log)) decisions.set(execution, decision);
      const ambiguous = (reference: Reference, or: readonly (readonly string[])[]): Reference =>
        this.#orElse(reference, or);
      for (const [candidate, reference] of ambiguities(group, this.#log, ambiguous))
        references.set(candidate, reference);
    }
    const paths = new Map<Context, { path: readonly string[]; place: readonly string[] }>();
    const pathsFor = (context: Context): { path: readonly string[]; place: readonly string[] } => {
      const known = paths.get(context);
      if (known) return known;
      const path = pathOf(context);
      const both = { path, place: builder.placeOf(path) };
      paths.set(context, both);
      return both;
    };
    // In order of issue: what was followed from has its node before what follows.
    for (const execution of executions) {
      const observed = execution.observed!;
      if (observed.frame?.load) continue;
      const { path, place } = pathsFor(observed.frame?.context ?? root);
      execution.node = nodeOf(execution, decisions.get(execution) ?? null, references, path);
      this.#count(builder, trails, execution, observed, execution.node.step(builder), place);
    }
    for (const group of groups) {
      const ofGroup = new Map(
        group.pending.map((execution) => [execution, decisions.get(execution) ?? null]),
      );
      bookEvidence(builder, group, ofGroup, this.#log);
      for (const execution of group.pending) {
        execution.observed = null;
        execution.matches.length = 0;
      }
      group.pending = [];
    }
    for (const sources of trails.sources.values()) for (const source of sources) source.settle();
  }

  #count(
    builder: ProfileBuilder,
    trails: RootTrails,
    execution: Execution,
    observed: Observed,
    step: Step,
    place: readonly string[],
  ): void {
    const { resolved } = execution;
    const use = step.use(place);
    const seen: Observation = {
      queries: 1,
      objects: resolved.analysis.inserted && observed.rows === 0 ? 0 : observed.rows,
      repeats: this.#isRepeat(trails, execution, observed) ? 1 : 0,
      failed: observed.failed ? 1 : 0,
      time_ns: observed.time_ms * 1e6,
      wait_ns: observed.wait_ms * 1e6,
    };
    use.observe(seen, observed.weight);
    if (observed.stack) use.sites.add(this.#sites.find(observed.stack));
    let keys = trails.keys.get(step);
    if (!keys) {
      keys = new NumberSet();
      trails.keys.set(step, keys);
      use.roots += trails.weight;
    }
    const before = keys.size;
    for (const key of execution.keys ?? []) if (keys.size < KEYS_REMEMBERED_MAX) keys.add(heldValue(key));
    use.keys += (keys.size - before) * trails.weight;
    step.sawStatement(resolved.shape.hash, observed.weight);
    // In a text that the database refused, a value may stand where a name should: "Smith", or an open quote.
    if (!observed.failed) builder.statement(resolved.shape.hash, resolved.shape.text);
    if (resolved.nested) builder.note('COWPATH_JSON_RELATIONS');
    if (resolved.reads) this.#plans.offer(step, observed, resolved);
  }

  /** Whether the same read with the same values was made before in the same context of the same root. */
  #isRepeat(trails: RootTrails, execution: Execution, observed: Observed): boolean {
    if (!execution.resolved.reads || observed.failed) return false;
    const parameters = observed.parameters ?? [];
    // A parameter that is not known could differ.
    if (parameters.some((value) => value === undefined)) return false;
    const { reads } = execution.group;
    const known = parameters as readonly (string | null)[];
    if (reads.has(observed.text, known)) return true;
    if (trails.readCount < READS_REMEMBERED_MAX) {
      reads.add(observed.text, known);
      trails.readCount++;
    }
    return false;
  }

  #resolve(observed: Observed, statement: Statement): Resolved {
    const { database } = observed;
    let cache = this.#resolved.get(database);
    if (!cache || cache.epoch !== database.epoch || cache.byShape.size >= RECORDER_LIMITS.resolved_max) {
      cache = { epoch: database.epoch, byShape: new Map() };
      this.#resolved.set(database, cache);
    }
    let result = '';
    for (const field of observed.fields ?? []) result += `${field.tableID}.${field.columnID},`;
    const key = `${statement.shape.hash}|${result}|${observed.kept?.join() ?? ''}`;
    const known = cache.byShape.get(key);
    if (known) return known;
    const analysis = this.#statements.analysisOf(statement.shape);
    const resolved = this.#resolver.resolve(
      database,
      statement.shape,
      analysis,
      observed.fields,
      observed.kept,
    );
    cache.byShape.set(key, resolved);
    return resolved;
  }

  /** Without a catalog, statements themselves say what tables and columns there are. */
  #learn(observed: Observed): void {
    const { database } = observed;
    let learned = this.#learned.get(database);
    if (!learned) {
      learned = new LearnedCatalog();
      this.#learned.set(database, learned);
    }
    try {
      const { shape } = this.#statements.read(observed.text);
      const catalog = learned.observe(this.#statements.analysisOf(shape), observed.fields);
      if (catalog) database.learn(catalog);
    } catch (error) {
      this.#guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }

  #group(trails: RootTrails, database: Database, resolved: Resolved, place: Context): Group {
    const id = `${database.alias}\u0001${resolved.schema ?? ''}\u0001${resolved.shape.hash}\u0001${pathOf(place).join('\u0001')}`;
    const known = trails.groups.get(id);
    if (known) return known;
    const group = new Group(id, database.alias, place);
    if (trails.groups.size < RECORDER_LIMITS.groups_per_root_max) trails.groups.set(id, group);
    return group;
  }

  /** A reference that could as well be another column's; one object for each, so that they compare by identity. */
  #orElse(reference: Reference, or: readonly (readonly string[])[]): Reference {
    const columns = [reference.from_columns, ...or].sort((a, b) => (a.join() < b.join() ? -1 : 1));
    const made = { ...reference, from_columns: columns[0]!, or_columns: columns.slice(1) };
    const key = referenceKey(made);
    const known = this.#ambiguous.get(key);
    if (known) return known;
    if (this.#ambiguous.size < RECORDER_LIMITS.candidates_max) this.#ambiguous.set(key, made);
    return made;
  }
}

/** The place of an announced load in its trail; kept in the load's own slot. */
function exactNode(load: Load, path: readonly string[]): LoadNode {
  const known = load.slot;
  if (known instanceof LoadNode) return known;
  const node =
    load.parent !== null && load.reference !== null
      ? LoadNode.follow(exactNode(load.parent, path), load.reference, null)
      : LoadNode.origin(load.origin ?? { kind: 'query', entity: load.entity, by: [], order: [] }, path);
  load.slot = node;
  return node;
}
