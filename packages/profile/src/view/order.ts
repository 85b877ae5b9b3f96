/**
 * Puts the vertices of a directed graph in an order in which each comes before those that it leads to.
 * Those on a cycle come in the order of `vertices`. Strongly connected components after Tarjan, "Depth-first
 * search and linear graph algorithms", SIAM J. Comput. 1 (1972); without recursion, for long chains.
 *
 * @param vertices every vertex, in the order that decides where the graph does not
 * @param edges from each vertex to those that must come after it, all among `vertices`
 */
export function topologicalOrder(
  vertices: readonly string[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const rank = new Map(vertices.map((vertex, i) => [vertex, i]));
  const byRank = (a: string, b: string): number => rank.get(a)! - rank.get(b)!;
  const found = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const components: string[][] = [];

  const enter = (vertex: string): Visit => {
    found.set(vertex, found.size);
    low.set(vertex, found.get(vertex)!);
    open.push(vertex);
    isOpen.add(vertex);
    // Components come out last first; so do the vertices that the graph does not order.
    return { vertex, next: [...(edges.get(vertex) ?? [])].sort((a, b) => byRank(b, a)) };
  };
  const leave = (vertex: string): void => {
    if (low.get(vertex) !== found.get(vertex)) return;
    const component = open.splice(open.lastIndexOf(vertex));
    for (const one of component) isOpen.delete(one);
    components.push(component.sort(byRank));
  };

  for (const start of [...vertices].reverse()) {
    if (found.has(start)) continue;
    const path = [enter(start)];
    while (path.length > 0) {
      const { vertex, next } = path.at(-1)!;
      const to = next.shift();
      if (to === undefined) {
        leave(vertex);
        path.pop();
        const below = path.at(-1)?.vertex;
        if (below !== undefined) low.set(below, Math.min(low.get(below)!, low.get(vertex)!));
      } else if (!found.has(to)) {
        path.push(enter(to));
      } else if (isOpen.has(to)) {
        low.set(vertex, Math.min(low.get(vertex)!, found.get(to)!));
      }
    }
  }
  return components.reverse().flat();
}

interface Visit {
  readonly vertex: string;
  /** Edges not walked yet. */
  readonly next: string[];
}
