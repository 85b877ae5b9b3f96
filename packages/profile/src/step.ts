import { addEvidence, mergeEvidence } from './evidence.ts';
import type { Evidence, Origin, PlanRecord, Reference, StepRecord, UseRecord } from './format.ts';
import { pathKey } from './format.ts';
import { Histogram } from './histogram.ts';
import { LIMITS, OTHER } from './limits.ts';
import { Plans } from './plan.ts';
import { Sites } from './sites.ts';

/** What one query (or one announced load) adds to a step. Times in nanoseconds. */
export interface Observation {
  readonly queries: number;
  readonly objects: number;
  readonly repeats: number;
  readonly failed: number;
  readonly time_ns: number;
  readonly wait_ns: number;
}

/** The counts of a step in one place, while they grow. */
export class Use {
  readonly place: readonly string[];
  readonly time: Histogram = new Histogram();
  readonly wait: Histogram = new Histogram();
  queries = 0;
  objects = 0;
  keys = 0;
  roots = 0;
  repeats = 0;
  failed = 0;
  readonly sites: Sites = new Sites();

  constructor(place: readonly string[]) {
    this.place = place;
  }

  /** Counts what was seen, `weight` times: in a sampled run it stands for others that were not followed. */
  observe(seen: Observation, weight = 1): void {
    this.queries += seen.queries * weight;
    this.objects += seen.objects * weight;
    this.repeats += seen.repeats * weight;
    this.failed += seen.failed * weight;
    this.time.record(seen.time_ns, weight);
    this.wait.record(seen.wait_ns, weight);
  }

  add(record: UseRecord, weight: number): void {
    this.queries += record.queries * weight;
    this.objects += record.objects * weight;
    this.keys += record.keys * weight;
    this.roots += record.roots * weight;
    this.repeats += record.repeats * weight;
    this.failed += record.failed * weight;
    this.time.add(record.time, weight);
    this.wait.add(record.wait, weight);
    if (record.sites) this.sites.merge(record.sites, weight);
  }

  toRecord(): UseRecord {
    const { place, queries, objects, keys, roots, repeats, failed } = this;
    return {
      place,
      queries,
      objects,
      keys,
      roots,
      repeats,
      failed,
      time: this.time.toJSON(),
      wait: this.wait.toJSON(),
      ...(this.sites.size > 0 ? { sites: this.sites.toRecords() } : {}),
    };
  }
}

/** One step of a trail, while it grows. Made by `ProfileBuilder` only, which enforces the limits on their number. */
export class Step {
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  /** The step whose objects were followed; null for an origin. */
  readonly parent: Step | null;
  readonly level: number;
  readonly children: Map<string, Step> = new Map();
  readonly uses: Map<string, Use> = new Map();
  readonly statements: Map<string, number> = new Map();
  /** See `StepRecord.otherwise`. */
  otherwise: Origin | null = null;
  evidence: Evidence | null = null;
  depth = 1;
  readonly plans: Plans = new Plans();

  constructor(parent: Step | null, origin: Origin | null, reference: Reference | null) {
    this.parent = parent;
    this.origin = origin;
    this.reference = reference;
    this.level = parent === null ? 1 : parent.level + 1;
  }

  /** The counts for queries issued in the context with this path. */
  use(place: readonly string[]): Use {
    const key = pathKey(place);
    const found = this.uses.get(key);
    if (found) return found;
    const full = this.uses.size >= LIMITS.uses_per_step_max;
    if (full && key !== OTHER) return this.use([OTHER]);
    const use = new Use(place);
    this.uses.set(key, use);
    return use;
  }

  sawStatement(hash: string, times = 1): void {
    const seen = this.statements.get(hash);
    if (seen === undefined && this.statements.size >= LIMITS.statements_per_step_max) return;
    this.statements.set(hash, (seen ?? 0) + times);
  }

  addEvidence(evidence: Evidence): void {
    this.evidence = this.evidence === null ? evidence : addEvidence(this.evidence, evidence);
  }

  /** Evidence read back from another segment. */
  mergeEvidence(evidence: Evidence): void {
    this.evidence = this.evidence === null ? evidence : mergeEvidence(this.evidence, evidence);
  }

  addPlan(plan: PlanRecord): void {
    this.plans.add(plan);
  }

  get plan(): PlanRecord | null {
    return this.plans.record;
  }

  toRecord(): StepRecord {
    return {
      origin: this.origin,
      reference: this.reference,
      otherwise: this.otherwise,
      statements: [...this.statements].sort((a, b) => b[1] - a[1]).map(([hash]) => hash),
      uses: [...this.uses.values()].map((use) => use.toRecord()),
      evidence: this.evidence,
      depth: this.depth,
      plan: this.plan,
      children: [...this.children.values()].map((child) => child.toRecord()),
    };
  }
}
