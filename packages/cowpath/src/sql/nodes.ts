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

/** Calls `visit` for every node below and including `node`, parents first; not below one for which it returns false. */
export function walk(node: unknown, visit: (node: Node) => boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (value === null || typeof value !== 'object') continue;
    if (isKind(key) && !visit(node as Node)) continue;
    walk(value, visit);
  }
}

/** Node kinds begin with a capital letter, fields with a small one. */
function isKind(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 65 && first <= 90;
}
