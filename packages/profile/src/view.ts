/**
 * A profile as it is shown: candidates that are not confirmed stand apart from follows, costs are summed by
 * origin and by place, contexts are ranked, and worn steps are named. Every report starts from here.
 *
 * A step whose evidence is not `confirmed` is not shown as a follow: it stands as an origin in the
 * contexts where its queries were issued (so that nothing measured is lost), and says which references it
 * may have followed. What was followed from it hangs under it there, in the place of most of its queries.
 */
import type { ContextProfile, ProfileBuilder } from './builder.ts';
import { addEvidence, confirmed } from './evidence.ts';
import type { Evidence, Origin, PlanRecord, Reference } from './format.ts';
import { originKey, pathKey, referenceKey } from './format.ts';
import { Histogram } from './histogram.ts';
import { addPlans } from './plan.ts';
import { type Step, Use } from './step.ts';
import { WORN_QUERY_QUANTILE, type Worn, wornBy } from './worn.ts';

/** A reference that a step may have followed; too little was seen to say so. */
export interface Candidate {
  readonly reference: Reference;
  readonly evidence: Evidence;
}

export interface StepView {
  /** Null for a follow. */
  readonly origin: Origin | null;
  /** Null for an origin. */
  readonly reference: Reference | null;
  /** Only for origins: see the head of this file. */
  readonly maybeFrom: readonly Candidate[];
  /** By place, most time first. */
  readonly uses: readonly Use[];
  /** The sum of the uses. */
  readonly total: Use;
  /** Hashes of its statements' shapes, most used first. */
  readonly statements: readonly string[];
  readonly evidence: Evidence | null;
  readonly depth: number;
  readonly plan: PlanRecord | null;
  readonly worn: Worn | null;
  /** In the order in which they were first seen. */
  readonly children: readonly StepView[];
}

export interface ContextView {
  readonly path: readonly string[];
  /** 0 for a context that never ended, and for one that appears only as a place. */
  readonly runs: number;
  readonly wall: Histogram;
  /** Most data time first. */
  readonly trails: readonly StepView[];
  /** The context's own cost: the queries issued in it, whatever trail they belong to. */
  readonly own: Use;
  /** Its own and that of the contexts nested in it. */
  readonly inclusive: Use;
  /** The cost of its trails, wherever they were followed. */
  readonly byOrigin: Use;
}

export interface ProfileView {
  /** Ranked by their own data time. */
  readonly contexts: readonly ContextView[];
  readonly total: Use;
}

/** Data time in nanoseconds: in the database and waiting for a connection. */
export function costOf(use: Use): number {
  return use.time.sum + use.wait.sum;
}

/** Makes the view of a profile. The profile is not changed. */
export function viewProfile(builder: ProfileBuilder): ProfileView {
  const draft = new Draft();
  for (const context of builder.contexts.values()) draft.take(context);
  return draft.finish();
}

/** A step of the view while it is put together. */
class Node {
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  readonly maybeFrom: Map<string, Candidate> = new Map();
  readonly uses: Map<string, Use> = new Map();
  readonly statements: Map<string, number> = new Map();
  readonly children: Map<string, Node> = new Map();
  evidence: Evidence | null = null;
  depth = 1;
  plan: PlanRecord | null = null;

  constructor(origin: Origin | null, reference: Reference | null) {
    this.origin = origin;
    this.reference = reference;
  }

  addUse(use: Use): void {
    addTo(this.uses, use);
  }

  /** Everything but uses, children and evidence. */
  addDetails(from: Pick<Node, 'statements' | 'plan' | 'depth'>): void {
    for (const [hash, weight] of from.statements)
      this.statements.set(hash, (this.statements.get(hash) ?? 0) + weight);
    this.depth = Math.max(this.depth, from.depth);
    this.plan = from.plan === null ? this.plan : addPlans(this.plan, from.plan);
  }

  child(reference: Reference): Node {
    return getOrMake(this.children, referenceKey(reference), () => new Node(null, reference));
  }
}

class ContextDraft {
  readonly path: readonly string[];
  readonly wall: Histogram = new Histogram();
  readonly trails: Map<string, Node> = new Map();
  runs = 0;

  constructor(path: readonly string[]) {
    this.path = path;
  }

  origin(origin: Origin): Node {
    return getOrMake(this.trails, originKey(origin), () => new Node(origin, null));
  }
}

class Draft {
  readonly #contexts = new Map<string, ContextDraft>();

  take(profile: ContextProfile): void {
    const context = this.#context(profile.path);
    context.runs += profile.runs;
    context.wall.add(profile.wall.toJSON());
    for (const trail of profile.trails.values()) {
      if (trail.origin !== null) this.#takeStep(trail, context.origin(trail.origin), context);
    }
  }

  finish(): ProfileView {
    const drafts = [...this.#contexts.values()];
    const own = new Map<string, Use>();
    for (const draft of drafts) {
      for (const node of nodesOf(draft.trails.values())) {
        for (const use of node.uses.values()) addTo(own, use);
      }
    }
    // A context that appears only as a place has a row too.
    for (const use of own.values()) this.#context(use.place);
    const contexts = [...this.#contexts.values()].map((draft) => this.#finishContext(draft, own));
    contexts.sort(
      (a, b) =>
        costOf(b.own) - costOf(a.own) ||
        costOf(b.byOrigin) - costOf(a.byOrigin) ||
        (pathKey(a.path) < pathKey(b.path) ? -1 : 1),
    );
    return { contexts, total: sumOf(own.values(), []) };
  }

  #context(path: readonly string[]): ContextDraft {
    return getOrMake(this.#contexts, pathKey(path), () => new ContextDraft(path));
  }

  /** Takes what was issued under the roots that `under` lets in. */
  #takeStep(step: Step, node: Node, context: ContextDraft, under: Roots = everywhere): void {
    for (const use of step.uses.values()) if (under(use.place[0]!)) node.addUse(use);
    node.addDetails(step);
    if (step.evidence !== null)
      node.evidence = node.evidence === null ? step.evidence : addEvidence(node.evidence, step.evidence);
    this.#takeChildren(step, node, context, under);
  }

  #takeChildren(step: Step, node: Node, context: ContextDraft, under: Roots): void {
    for (const child of step.children.values()) {
      if (child.reference === null || !occursUnder(child, under)) continue;
      if (confirmed(child.evidence)) this.#takeStep(child, node.child(child.reference), context, under);
      else this.#takeCandidate(child, child.reference, context, under);
    }
  }

  /**
   * An unconfirmed follow becomes an origin in each place where its queries were issued. What was followed
   * from it goes with the place under the same root: only there can its objects have been at hand. What was
   * followed elsewhere goes with the place that has most queries.
   */
  #takeCandidate(step: Step, reference: Reference, context: ContextDraft, under: Roots): void {
    const origin: Origin = step.otherwise ?? {
      kind: 'query',
      entity: reference.to,
      by: reference.to_columns,
      order: [],
    };
    const uses = [...step.uses.values()]
      .filter((use) => under(use.place[0]!))
      .sort((a, b) => b.queries - a.queries);
    const places = uses.length > 0 ? uses.map((use) => this.#context(use.place)) : [context];
    const roots = new Set(places.map((place) => place.path[0]!));
    const seen = new Set<string>();
    for (const [i, place] of places.entries()) {
      const node = place.origin(origin);
      noteCandidate(node, step, reference);
      if (uses[i]) node.addUse(uses[i]);
      const own = place.path[0]!;
      if (seen.has(own)) continue;
      seen.add(own);
      node.addDetails(step);
      const first = i === 0;
      this.#takeChildren(
        step,
        node,
        place,
        (root) => under(root) && (root === own || (first && !roots.has(root))),
      );
    }
  }

  #finishContext(draft: ContextDraft, own: ReadonlyMap<string, Use>): ContextView {
    const nodes = [...nodesOf(draft.trails.values())];
    const byOrigin = sumOf(
      nodes.flatMap((node) => [...node.uses.values()]),
      draft.path,
    );
    const spread = this.#spread(draft, nodes, byOrigin);
    const trails = [...draft.trails.values()].map((node) => finishStep(node, spread));
    trails.sort((a, b) => treeCost(b) - treeCost(a));
    const inside = [...own.values()].filter((use) => startsWith(use.place, draft.path));
    return {
      path: draft.path,
      runs: draft.runs,
      wall: draft.wall,
      trails,
      own: sumOf(
        [own.get(pathKey(draft.path))].filter((use) => use !== undefined),
        draft.path,
      ),
      inclusive: sumOf(inside, draft.path),
      byOrigin,
    };
  }

  #spread(draft: ContextDraft, nodes: readonly Node[], byOrigin: Use): Spread {
    const rootRuns = this.#contexts.get(pathKey(draft.path.slice(0, 1)))?.runs ?? 0;
    const nested = draft.path.length > 1 && rootRuns > 0;
    return {
      root: draft.path[0]!,
      // Objects of a long-lived context are followed in more roots than it has runs.
      runs: nodes.reduce((max, node) => Math.max(max, rootsOf(node)), draft.runs),
      runs_per_root: nested ? Math.max(1, draft.runs / rootRuns) : 1,
      context_ns: costOf(byOrigin),
    };
  }
}

/** Which root contexts' queries are meant. */
type Roots = (root: string) => boolean;
const everywhere: Roots = () => true;

/** Whether the step, or one followed from it, was issued under these roots; one without uses is everywhere. */
function occursUnder(step: Step, under: Roots): boolean {
  if (under === everywhere) return true;
  for (const use of step.uses.values()) if (under(use.place[0]!)) return true;
  for (const child of step.children.values()) if (occursUnder(child, under)) return true;
  return false;
}

function noteCandidate(node: Node, step: Step, reference: Reference): void {
  const key = referenceKey(reference);
  const known = node.maybeFrom.get(key);
  const evidence = known ? addEvidence(known.evidence, step.evidence!) : step.evidence!;
  node.maybeFrom.set(key, { reference, evidence });
}

/** What the rule of worn needs to know of a context. */
interface Spread {
  readonly root: string;
  readonly runs: number;
  /** How often a nested context runs within one root: each run needs a batch of its own. */
  readonly runs_per_root: number;
  readonly context_ns: number;
}

function finishStep(node: Node, spread: Spread): StepView {
  const uses = [...node.uses.values()].sort((a, b) => costOf(b) - costOf(a));
  const total = sumOf(uses, []);
  return {
    origin: node.origin,
    reference: node.reference,
    maybeFrom: [...node.maybeFrom.values()],
    uses,
    total,
    statements: [...node.statements].sort((a, b) => b[1] - a[1]).map(([hash]) => hash),
    evidence: node.evidence,
    depth: node.depth,
    plan: node.plan,
    worn: node.reference === null ? null : wornOf(node, total, spread),
    children: [...node.children.values()].map((child) => finishStep(child, spread)),
  };
}

function wornOf(node: Node, total: Use, spread: Spread): Worn | null {
  const elsewhere = ![...node.uses.values()].some((use) => use.place[0] === spread.root);
  const occurred = total.roots * (elsewhere ? 1 : spread.runs_per_root);
  return wornBy({
    queries: total.queries,
    // A step that says nothing of its roots occurred in every run.
    occurred: total.roots > 0 ? occurred : spread.runs,
    depth: node.depth,
    query_ns: total.time.quantile(WORN_QUERY_QUANTILE),
    runs: spread.runs,
    context_ns: spread.context_ns,
    per: elsewhere ? 'root' : 'run',
  });
}

/** Roots in which a step occurred. */
function rootsOf(node: Node): number {
  return [...node.uses.values()].reduce((sum, { roots }) => sum + roots, 0);
}

function* nodesOf(nodes: Iterable<Node>): Generator<Node> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children.values());
  }
}

function addTo(uses: Map<string, Use>, use: Use): void {
  getOrMake(uses, pathKey(use.place), () => new Use(use.place)).add(use.toRecord(), 1);
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function sumOf(uses: Iterable<Use>, place: readonly string[]): Use {
  const sum = new Use(place);
  for (const use of uses) sum.add(use.toRecord(), 1);
  return sum;
}

function treeCost(step: StepView): number {
  return step.children.reduce((sum, child) => sum + treeCost(child), costOf(step.total));
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((name, i) => path[i] === name);
}
