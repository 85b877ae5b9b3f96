import type { PlanRecord, PlanStep } from './format.ts';

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
