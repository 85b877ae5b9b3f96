/**
 * A profile as it is shown: candidates that are not confirmed stand apart from follows, costs are summed by
 * origin and by place, contexts are ranked, and worn steps are named. Every report starts from here.
 *
 * A step whose evidence is not `confirmed` is not shown as a follow: it stands as an origin in the
 * contexts where its queries were issued (so that nothing measured is lost), and says which references it
 * may have followed. What was followed from it hangs under it there (see `view/settle.ts`).
 */
import type { ProfileBuilder } from './builder.ts';
import type { Evidence, Origin, PlanRecord, Reference } from './format.ts';
import { pathKey } from './format.ts';
import type { Histogram } from './histogram.ts';
import { Use } from './step.ts';
import { addTo, ContextDraft, evidenceOf, getOrMake, type Node } from './view/node.ts';
import { settle } from './view/settle.ts';
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

/**
 * Makes the view of a profile. The profile is not changed. The order in which it holds its contexts does
 * not matter.
 */
export function viewProfile(builder: ProfileBuilder): ProfileView {
  const drafts = new Map<string, ContextDraft>();
  for (const [key, profile] of [...builder.contexts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const draft = new ContextDraft(profile.path);
    draft.take(profile);
    drafts.set(key, draft);
  }
  settle(drafts);
  return finish(drafts);
}

function finish(drafts: Map<string, ContextDraft>): ProfileView {
  const own = new Map<string, Use>();
  for (const draft of drafts.values()) {
    for (const node of nodesOf(draft.trails.values())) {
      for (const use of node.uses.values()) addTo(own, use);
    }
  }
  // A context that appears only as a place has a row too.
  for (const [key, { place }] of own) getOrMake(drafts, key, () => new ContextDraft(place));
  const contexts = [...drafts.values()].map((draft) => finishContext(draft, own, drafts));
  contexts.sort(
    (a, b) =>
      costOf(b.own) - costOf(a.own) ||
      costOf(b.byOrigin) - costOf(a.byOrigin) ||
      (pathKey(a.path) < pathKey(b.path) ? -1 : 1),
  );
  return { contexts, total: sumOf(own.values(), []) };
}

function finishContext(
  draft: ContextDraft,
  own: ReadonlyMap<string, Use>,
  drafts: ReadonlyMap<string, ContextDraft>,
): ContextView {
  const nodes = [...nodesOf(draft.trails.values())];
  const byOrigin = sumOf(
    nodes.flatMap((node) => [...node.uses.values()]),
    draft.path,
  );
  const rootRuns = drafts.get(pathKey(draft.path.slice(0, 1)))?.runs ?? 0;
  const spread = spreadOf(draft, nodes, byOrigin, rootRuns);
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

function spreadOf(draft: ContextDraft, nodes: readonly Node[], byOrigin: Use, rootRuns: number): Spread {
  const nested = draft.path.length > 1 && rootRuns > 0;
  return {
    root: draft.path[0]!,
    // Objects of a long-lived context are followed in more roots than it has runs.
    runs: nodes.reduce((max, node) => Math.max(max, rootsOf(node)), draft.runs),
    runs_per_root: nested ? Math.max(1, draft.runs / rootRuns) : 1,
    context_ns: costOf(byOrigin),
  };
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
    maybeFrom: [...node.maybeFrom.values()].map(({ reference, sources }) => ({
      reference,
      evidence: evidenceOf(sources)!,
    })),
    uses,
    total,
    statements: node.statements,
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
