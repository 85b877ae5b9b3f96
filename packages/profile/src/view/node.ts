import type { ContextProfile } from '../builder.ts';
import { addEvidence, confirmed } from '../evidence.ts';
import type { Evidence, Origin, PlanRecord, Reference } from '../format.ts';
import { originKey, pathKey, referenceKey } from '../format.ts';
import { Histogram } from '../histogram.ts';
import { addPlans } from '../plan.ts';
import { type Step, Use } from '../step.ts';

/**
 * A step of the view while it is put together. What cannot be split among places (evidence, statements,
 * plan, depth) it has from the profile's steps that are in it, as a set: parts of one step that meet again
 * count once.
 */
export class Node {
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  readonly sources: Set<Step> = new Set();
  readonly uses: Map<string, Use> = new Map();
  readonly children: Map<string, Node> = new Map();
  /** References that an origin may have followed, with the steps that say so. */
  readonly maybeFrom: Map<string, { readonly reference: Reference; readonly sources: Set<Step> }> = new Map();

  constructor(origin: Origin | null, reference: Reference | null) {
    this.origin = origin;
    this.reference = reference;
  }

  addUse(use: Use): void {
    addTo(this.uses, use);
  }

  /** Everything but uses and children. */
  addDetails(from: Node): void {
    for (const source of from.sources) this.sources.add(source);
  }

  /** Adds a step of the profile with all that was followed from it. */
  addStep(step: Step): void {
    this.sources.add(step);
    for (const use of step.uses.values()) this.addUse(use);
    for (const child of step.children.values()) {
      if (child.reference !== null) this.child(child.reference).addStep(child);
    }
  }

  /** Adds what was issued under the roots that `under` lets in, with all that was followed from it there. */
  addPart(part: Node, under: Roots): void {
    this.addDetails(part);
    for (const use of part.uses.values()) if (under(use.place[0]!)) this.addUse(use);
    this.addChildren(part, under);
  }

  addChildren(from: Node, under: Roots): void {
    for (const child of from.children.values()) {
      if (child.occursUnder(under)) this.child(child.reference!).addPart(child, under);
    }
  }

  noteCandidate(reference: Reference, sources: ReadonlySet<Step>): void {
    const known = getOrMake(this.maybeFrom, referenceKey(reference), () => ({
      reference,
      sources: new Set<Step>(),
    }));
    for (const source of sources) known.sources.add(source);
  }

  child(reference: Reference): Node {
    return getOrMake(this.children, referenceKey(reference), () => new Node(null, reference));
  }

  /** Whether it or what was followed from it was issued under these roots. */
  occursUnder(under: Roots): boolean {
    for (const use of this.uses.values()) if (under(use.place[0]!)) return true;
    for (const child of this.children.values()) if (child.occursUnder(under)) return true;
    return false;
  }

  /** Whether it may be shown as a follow. */
  get confirmed(): boolean {
    return confirmed(this.evidence);
  }

  /** Null for origins, and for follows of which any load was exact. */
  get evidence(): Evidence | null {
    return this.reference === null ? null : evidenceOf(this.sources);
  }

  /** The origin that its statements are when it is no follow. */
  get otherwise(): Origin {
    for (const { otherwise } of this.sources) if (otherwise !== null) return otherwise;
    const { to, to_columns } = this.reference!;
    return { kind: 'query', entity: to, by: to_columns, order: [] };
  }

  get depth(): number {
    return [...this.sources].reduce((max, { depth }) => Math.max(max, depth), 1);
  }

  get plan(): PlanRecord | null {
    return [...this.sources].reduce<PlanRecord | null>((sum, { plan }) => addPlans(sum, plan), null);
  }

  /** Hashes of its statements' shapes, most used first. */
  get statements(): string[] {
    const weights = new Map<string, number>();
    for (const { statements } of this.sources) {
      for (const [hash, weight] of statements) weights.set(hash, (weights.get(hash) ?? 0) + weight);
    }
    return [...weights].sort((a, b) => b[1] - a[1]).map(([hash]) => hash);
  }
}

/** A context of the view while it is put together. */
export class ContextDraft {
  readonly path: readonly string[];
  readonly wall: Histogram = new Histogram();
  /** By the key of their origin. */
  readonly trails: Map<string, Node> = new Map();
  runs = 0;

  constructor(path: readonly string[]) {
    this.path = path;
  }

  take(profile: ContextProfile): void {
    this.runs += profile.runs;
    this.wall.add(profile.wall.toJSON());
    for (const { origin, step } of trailsOf(profile)) this.origin(origin).addStep(step);
  }

  origin(origin: Origin): Node {
    return getOrMake(this.trails, originKey(origin), () => new Node(origin, null));
  }
}

/** Which root contexts' queries are meant. */
export type Roots = (root: string) => boolean;

/** What the steps bring together; null when one of them is certain. */
export function evidenceOf(steps: Iterable<Step>): Evidence | null {
  let sum: Evidence | null = null;
  for (const { evidence } of steps) {
    if (evidence === null) return null;
    sum = sum === null ? evidence : addEvidence(sum, evidence);
  }
  return sum;
}

export function addTo(uses: Map<string, Use>, use: Use): void {
  getOrMake(uses, pathKey(use.place), () => new Use(use.place)).add(use.toRecord(), 1);
}

export function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function trailsOf(profile: ContextProfile): { origin: Origin; step: Step }[] {
  const steps = [...profile.trails.values()];
  return steps.flatMap((step) => (step.origin === null ? [] : [{ origin: step.origin, step }]));
}
