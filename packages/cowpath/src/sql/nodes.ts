import type { Node } from 'libpg-query';

/** The parser's tree, read by the name of a node: `{ SelectStmt: { … } }`. */
export type { Node };

type KindOf<N> = N extends unknown ? keyof N : never;
export type NodeKind = KindOf<Node>;
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>>[K &
  keyof Extract<Node, Record<K, unknown>>];

/** The content of a node of that kind; undefined for any other, and for none. */
export function as<K extends NodeKind>(node: Node | undefined, kind: K): NodeOf<K> | undefined {
  return node === undefined
    ? undefined
    : ((node as Record<string, unknown>)[kind as string] as NodeOf<K> | undefined);
}

export function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

/** The texts of a list of String nodes; other nodes in it (a star, a subscript) are null. */
export function names(nodes: readonly Node[] | undefined): (string | null)[] {
  return (nodes ?? []).map((node) => as(node, 'String')?.sval ?? null);
}

/** The last of a dotted name, as of a function, a type or an operator; empty where there is none. */
export function lastName(nodes: readonly Node[] | undefined): string {
  return names(nodes).at(-1) ?? '';
}

/**
 * Calls `visit` with every node below and including `node` and the name of its kind, parents first; does not go
 * below one for which it returns false. In the tree, node kinds begin with a capital letter and fields with a
 * small one.
 */
export function walk(node: unknown, visit: (node: Node, kind: string) => boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  for (const key in node) {
    const value = (node as Record<string, unknown>)[key];
    if (value === null || typeof value !== 'object') continue;
    const first = key.charCodeAt(0);
    if (first >= 65 && first <= 90 && !visit(node as Node, key)) continue;
    walk(value, visit);
  }
}
