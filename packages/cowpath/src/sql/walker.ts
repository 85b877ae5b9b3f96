import type { Node } from './nodes.ts';
import type { Cte, Findings, Output, Scope } from './scope.ts';

/** The CTEs in sight: those of the statement at hand before those of the ones around it. */
export interface Ctes {
  readonly own: Map<string, Cte>;
  readonly outer: Ctes | null;
}

/** Where a query stands. */
export interface Place {
  readonly parent: Scope | null;
  readonly ctes: Ctes | null;
  readonly loads: boolean;
  /** The CTE whose body it is part of. */
  readonly cte: Cte | null;
}

/** What the parts of the walk need of each other. Each query is walked once, whoever asks for it first. */
export interface Walker {
  readonly findings: Findings;
  /** Walks a SELECT, INSERT, UPDATE, DELETE or MERGE and returns its columns. */
  query(node: Node, place: Place): Output[];
}

export function findCte(ctes: Ctes | null, name: string): Cte | undefined {
  for (let at = ctes; at !== null; at = at.outer) {
    const cte = at.own.get(name);
    if (cte) return cte;
  }
  return undefined;
}
