import type { PlanRecord, PlanStep } from './format.ts';

/** Of one step, so many shapes of plans are told apart. */
const SHAPES_MAX = 8;

/** The plans of one step while they are counted: each shape by itself. */
export class Plans {
  readonly #byShape = new Map<string, PlanRecord>();
  /** The shape that the newest segment had; null: these are counted by their writer. */
  #newest: string | null = null;

  /** Adds samples of the segment that is being recorded. */
  add(plan: PlanRecord): void {
    this.#add(shapeOf(plan.root), plan);
  }

  /** Adds those of a segment read back; segments come newest first. */
  merge(plan: PlanRecord): void {
    const shape = shapeOf(plan.root);
    this.#newest ??= shape;
    if (this.#byShape.size < SHAPES_MAX || this.#byShape.has(shape)) this.#add(shape, plan);
  }

  /** The newest segment's, with all samples of its shape; of one segment, what most samples had, and lately. */
  get record(): PlanRecord | null {
    if (this.#newest !== null) return this.#byShape.get(this.#newest)!;
    let most: PlanRecord | null = null;
    for (const plan of this.#byShape.values()) {
      if (most === null || plan.samples >= most.samples) most = plan;
    }
    return most;
  }

  #add(shape: string, plan: PlanRecord): void {
    const sum = addPlans(this.#byShape.get(shape) ?? null, plan)!;
    // Anew, so that the one seen last stands last.
    this.#byShape.delete(shape);
    this.#byShape.set(shape, sum);
    if (this.#byShape.size > SHAPES_MAX) this.#byShape.delete(this.#byShape.keys().next().value!);
  }
}

/** A key under which plans can be added. */
function shapeOf({ node, relation, index, children }: PlanStep): string {
  return JSON.stringify([node, relation, index, children.map(shapeOf)]);
}

/** Adds two explained samples of one step. Plans of different shape are not added: the one seen more often stands. */
export function addPlans(a: PlanRecord | null, b: PlanRecord | null): PlanRecord | null {
  if (a === null) return b;
  if (b === null) return a;
  const root = addSteps(a.root, b.root);
  if (root === null) return b.samples > a.samples ? b : a;
  return {
    samples: a.samples + b.samples,
    planning_ns: a.planning_ns + b.planning_ns,
    execution_ns: a.execution_ns + b.execution_ns,
    root,
  };
}

function addSteps(a: PlanStep, b: PlanStep): PlanStep | null {
  if (a.node !== b.node || a.relation !== b.relation || a.index !== b.index) return null;
  if (a.children.length !== b.children.length) return null;
  const children: PlanStep[] = [];
  for (const [i, child] of a.children.entries()) {
    const sum = addSteps(child, b.children[i]!);
    if (sum === null) return null;
    children.push(sum);
  }
  return {
    node: a.node,
    relation: a.relation,
    index: a.index,
    condition: a.condition,
    loops: a.loops + b.loops,
    rows_in: a.rows_in + b.rows_in,
    rows_out: a.rows_out + b.rows_out,
    rows_planned: a.rows_planned + b.rows_planned,
    time_ns: a.time_ns + b.time_ns,
    blocks_hit: a.blocks_hit + b.blocks_hit,
    blocks_read: a.blocks_read + b.blocks_read,
    children,
  };
}
