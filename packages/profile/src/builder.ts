import type { ContextRecord, Origin, Reference, Segment, StatementRecord, StepRecord } from './format.ts';
import { FORMAT_NAME, FORMAT_VERSION, originKey, pathKey, referenceKey } from './format.ts';
import { Histogram } from './histogram.ts';
import { LIMITS, OTHER } from './limits.ts';
import { Step } from './step.ts';

/** A context of the profile being built. */
export class ContextProfile {
  readonly path: readonly string[];
  readonly wall: Histogram = new Histogram();
  readonly trails: Map<string, Step> = new Map();
  runs = 0;
  /** Steps in all its trails, for the limit. */
  steps = 0;

  constructor(path: readonly string[]) {
    this.path = path;
  }

  /** Counts a run that took `wall_ns` from opening to closing, and the `weight - 1` others that it stands for. */
  ran(wall_ns: number, weight = 1): void {
    this.runs += weight;
    this.wall.record(wall_ns, weight);
  }

  toRecord(): ContextRecord {
    return {
      path: this.path,
      runs: this.runs,
      wall: this.wall.toJSON(),
      trails: [...this.trails.values()].map((step) => step.toRecord()),
    };
  }
}

/** Who wrote a segment, and when. */
export type SegmentHead = Pick<Segment, 'program' | 'node' | 'pid' | 'thread' | 'from_ms' | 'to_ms'>;

/**
 * Builds a profile: fed by loads as they happen (inferred by the recorder, or exact), or by segments read
 * back. Everything is bounded by `LIMITS`; what exceeds them lands in `(other)`.
 */
export class ProfileBuilder {
  readonly contexts: Map<string, ContextProfile> = new Map();
  readonly statements: Map<string, string> = new Map();
  readonly notes: Map<string, number> = new Map();

  context(path: readonly string[]): ContextProfile {
    const key = pathKey(path);
    const found = this.contexts.get(key);
    if (found) return found;
    if (this.contexts.size >= LIMITS.contexts_max && key !== OTHER) return this.context([OTHER]);
    const context = new ContextProfile(path);
    this.contexts.set(key, context);
    return context;
  }

  /** Where uses of the context with this path are counted: in it or, beyond the limit, where its runs are. */
  placeOf(path: readonly string[]): readonly string[] {
    const known = this.contexts.size < LIMITS.contexts_max || this.contexts.has(pathKey(path));
    return known ? path : this.context([OTHER]).path;
  }

  /** The trail that starts with this origin in this context. */
  origin(context: ContextProfile, origin: Origin): Step {
    const key = originKey(origin);
    const found = context.trails.get(key);
    if (found) return found;
    if (context.steps >= LIMITS.steps_per_context_max && !isOther(origin)) return this.other(context);
    context.steps++;
    const step = new Step(null, origin, null);
    context.trails.set(key, step);
    return step;
  }

  /**
   * The step that follows `reference` from `parent`'s objects. A reference that leads back to its own step
   * (a tree by `parent_id`) stays in that step; its `depth` says how deep it went.
   */
  follow(context: ContextProfile, parent: Step, reference: Reference): Step {
    const key = referenceKey(reference);
    if (parent.reference !== null && referenceKey(parent.reference) === key) return parent;
    const found = parent.children.get(key);
    if (found) return found;
    if (context.steps >= LIMITS.steps_per_context_max || parent.level >= LIMITS.depth_max)
      return this.other(context);
    context.steps++;
    const step = new Step(parent, null, reference);
    parent.children.set(key, step);
    return step;
  }

  /** Where a context's steps beyond the limit are counted. */
  other(context: ContextProfile): Step {
    return this.origin(context, { kind: 'named', name: OTHER });
  }

  /** Remembers a shape's text, cut to `statement_text_length_max` characters. */
  statement(hash: string, text: string): void {
    if (this.statements.has(hash) || this.statements.size >= LIMITS.statements_max) return;
    const max = LIMITS.statement_text_length_max;
    this.statements.set(hash, text.length > max ? `${text.slice(0, max)} …` : text);
  }

  note(code: string, times = 1): void {
    this.notes.set(code, (this.notes.get(code) ?? 0) + times);
  }

  /** Adds a segment's counts, each multiplied by `weight` (0 to 1, for decay). Segments come newest first. */
  add(segment: Segment, weight = 1): void {
    for (const { hash, text } of segment.statements) this.statement(hash, text);
    for (const [code, times] of Object.entries(segment.notes)) this.note(code, times);
    // Contexts first: whether a place is one of them is asked below.
    const contexts = segment.contexts.map((record) => ({ record, context: this.context(record.path) }));
    for (const { record, context } of contexts) {
      context.runs += record.runs * weight;
      context.wall.add(record.wall, weight);
      for (const trail of record.trails) {
        if (trail.origin !== null) this.#addStep(context, this.origin(context, trail.origin), trail, weight);
      }
    }
  }

  #addStep(context: ContextProfile, step: Step, record: StepRecord, weight: number): void {
    for (const use of record.uses) step.use(this.placeOf(use.place)).add(use, weight);
    for (const [rank, hash] of record.statements.entries()) step.sawStatement(hash, weight / (rank + 1));
    if (record.evidence !== null) step.mergeEvidence(record.evidence);
    if (record.plan !== null) step.plans.merge(record.plan);
    step.otherwise ??= record.otherwise;
    step.depth = Math.max(step.depth, record.depth);
    for (const child of record.children) {
      if (child.reference !== null)
        this.#addStep(context, this.follow(context, step, child.reference), child, weight);
    }
  }

  toSegment(head: SegmentHead): Segment {
    const statements: StatementRecord[] = [...this.statements].map(([hash, text]) => ({ hash, text }));
    return {
      format: FORMAT_NAME,
      version: FORMAT_VERSION,
      ...head,
      contexts: [...this.contexts.values()].map((context) => context.toRecord()),
      statements,
      notes: Object.fromEntries(this.notes),
    };
  }
}

function isOther(origin: Origin): boolean {
  return origin.kind === 'named' && origin.name === OTHER;
}
