/**
 * Decides which follows are shown. A follow that is not confirmed becomes an origin in the contexts where
 * its queries were issued, with what was followed from it; it may confirm there what was not confirmed by
 * itself, here or there. So a tree is decided after all that may add to it: objects loaded at start-up
 * before the requests that may follow them, and so on. On a cycle the fixed order of trees decides. The
 * result does not depend on the order in which the profile holds its contexts or steps.
 */
import { BACKGROUND, START_UP } from '../context.ts';
import type { Origin } from '../format.ts';
import { originKey, pathKey, referenceKey } from '../format.ts';
import type { Use } from '../step.ts';
import { ContextDraft, getOrMake, type Node } from './node.ts';
import { topologicalOrder } from './order.ts';

/** Contexts by their key. */
export type Drafts = Map<string, ContextDraft>;

/** What lives longer than a request: others follow its objects, it follows none of theirs. */
const LONG_LIVED: ReadonlySet<string> = new Set([START_UP, BACKGROUND]);

/** Resettles every follow that is not confirmed. Afterwards each one in `drafts` is. */
export function settle(drafts: Drafts): void {
  let left = roundsMax(drafts);
  for (let trees = undecided(drafts); trees.length > 0; trees = undecided(drafts)) {
    if (left-- === 0) throw new Error('Follows are lifted for ever: a bug in the view of profiles');
    for (const tree of trees) settleTree(drafts, tree);
  }
}

/** A trail: an origin in a context. */
interface Tree {
  readonly context: readonly string[];
  readonly origin: Origin;
}

function settleTree(drafts: Drafts, tree: Tree): void {
  const context = drafts.get(pathKey(tree.context));
  const root = context?.trails.get(originKey(tree.origin));
  if (context === undefined || root === undefined) return;
  for (let doubtful = [...topmost(root)]; doubtful.length > 0; doubtful = [...topmost(root)]) {
    // What comes back to this very tree may decide the others.
    const own = doubtful.filter(({ node }) =>
      treesOf(node, tree.context).some((one) => treeKey(one) === treeKey(tree)),
    );
    for (const { parent, node } of own.length > 0 ? own : doubtful) {
      parent.children.delete(referenceKey(node.reference!));
      rehome(drafts, node, context);
    }
  }
}

/**
 * What was followed from the step goes with the place under the same root: only there can its objects have
 * been at hand. What was followed elsewhere goes with the place that has most queries.
 */
function rehome(drafts: Drafts, node: Node, context: ContextDraft): void {
  const origin = node.otherwise;
  const uses = usesOf(node);
  const places =
    uses.length > 0
      ? uses.map(({ place }) => getOrMake(drafts, pathKey(place), () => new ContextDraft(place)))
      : [context];
  const roots = new Set(places.map(({ path }) => path[0]!));
  const seen = new Set<string>();
  for (const [i, place] of places.entries()) {
    const target = place.origin(origin);
    target.noteCandidate(node.reference!, node.sources);
    if (uses[i]) target.addUse(uses[i]);
    const own = place.path[0]!;
    if (seen.has(own)) continue;
    seen.add(own);
    target.addDetails(node);
    const first = i === 0;
    target.addChildren(node, (root) => root === own || (first && !roots.has(root)));
  }
}

/** The follows nearest to the origin that are not confirmed, in the order of their keys. */
function* topmost(parent: Node): Generator<{ readonly parent: Node; readonly node: Node }> {
  for (const node of childrenOf(parent)) {
    if (node.confirmed) yield* topmost(node);
    else yield { parent, node };
  }
}

/** The trees in which something is to be decided, and those that it may go to, in the order of deciding them. */
function undecided(drafts: Drafts): Tree[] {
  const trees = new Map<string, Tree>();
  const edges = new Map<string, Set<string>>();
  const walk = (parent: Node, at: readonly Tree[]): void => {
    for (const node of childrenOf(parent)) {
      if (node.confirmed) {
        walk(node, at);
        continue;
      }
      const to = at.flatMap(({ context }) => treesOf(node, context));
      for (const tree of [...at, ...to]) trees.set(treeKey(tree), tree);
      for (const from of at) {
        const after = getOrMake(edges, treeKey(from), () => new Set<string>());
        for (const tree of to) after.add(treeKey(tree));
      }
      walk(node, unique(to));
    }
  };
  for (const { path, trails } of drafts.values()) {
    for (const root of trails.values()) walk(root, [{ context: path, origin: root.origin! }]);
  }
  const keys = [...trees].sort(byRank).map(([key]) => key);
  return topologicalOrder(keys, edges).map((key) => trees.get(key)!);
}

/** Where a step goes when it is not confirmed. */
function treesOf(node: Node, context: readonly string[]): Tree[] {
  const origin = node.otherwise;
  const uses = usesOf(node);
  return uses.length > 0 ? uses.map(({ place }) => ({ context: place, origin })) : [{ context, origin }];
}

/** Most queries first. */
function usesOf(node: Node): Use[] {
  return [...node.uses.values()].sort(
    (a, b) => b.queries - a.queries || compare(pathKey(a.place), pathKey(b.place)),
  );
}

function childrenOf(node: Node): Node[] {
  return [...node.children].sort((a, b) => compare(a[0], b[0])).map(([, child]) => child);
}

/** What is long-lived, then what is outermost, then by name. */
function byRank([a_key, a]: readonly [string, Tree], [b_key, b]: readonly [string, Tree]): number {
  return (
    Number(LONG_LIVED.has(b.context[0]!)) - Number(LONG_LIVED.has(a.context[0]!)) ||
    a.context.length - b.context.length ||
    compare(a_key, b_key)
  );
}

function treeKey({ context, origin }: Tree): string {
  return `${pathKey(context)}\u0003${originKey(origin)}`;
}

function unique(trees: readonly Tree[]): Tree[] {
  return [...new Map(trees.map((tree) => [treeKey(tree), tree])).values()];
}

/** Each round brings the uses of some step nearer to an origin, where they stay, and moves none away from it. */
function roundsMax(drafts: Drafts): number {
  const distance = ({ uses, children }: Node, level: number): number =>
    [...children.values()].reduce((sum, child) => sum + distance(child, level + 1), level * (1 + uses.size));
  let sum = 0;
  for (const { trails } of drafts.values()) for (const root of trails.values()) sum += distance(root, 0);
  return sum;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
