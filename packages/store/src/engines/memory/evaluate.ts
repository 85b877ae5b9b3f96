import type { CompareNode, Node, Operator } from '../../model/conditions.ts';
import type { Scalar } from '../../model/datatypes.ts';
import { type Builtin, isBuiltin, type Leaf } from '../../model/document.ts';
import { compareScalars } from '../../model/order.ts';
import { matches, patternParts } from '../../model/pattern.ts';
import type { Position, SortBy } from '../../model/query.ts';

/** A thing as the evaluator sees it. */
export interface Subject {
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly created: number;
  readonly modified: number;
  readonly leaves: readonly Leaf[];
}

type Lookup = (key: string) => Subject | undefined;

/** Whether the thing satisfies the condition. This is the definition that the SQL engines are held to. */
export function satisfies(subject: Subject, node: Node, lookup: Lookup): boolean {
  switch (node.kind) {
    case 'and':
      return node.nodes.every((inner) => satisfies(subject, inner, lookup));
    case 'or':
      return node.nodes.some((inner) => satisfies(subject, inner, lookup));
    case 'not':
      return !satisfies(subject, node.node, lookup);
    default: {
      const test = node.kind === 'present' ? undefined : tester(node);
      return reaches(subject, node.path, lookup, (found) => {
        if (test === undefined || node.kind === 'present') return true;
        return found.datatype === node.datatype && test(found.value);
      });
    }
  }
}

type Found = Pick<Leaf, 'datatype' | 'value'>;

/** Whether some value at the end of the path passes; names are nested ones or follow references. */
function reaches(
  subject: Subject,
  path: readonly string[],
  lookup: Lookup,
  test: (found: Found) => boolean,
): boolean {
  const [first] = path as [string];
  if (path.length === 1 && isBuiltin(first)) return test(builtinValue(subject, first));
  const whole = path.join('.');
  for (const leaf of subject.leaves) {
    if (leaf.name === whole && test(leaf)) return true;
    if (leaf.datatype !== 'ref' || leaf.name.length >= whole.length || !whole.startsWith(`${leaf.name}.`))
      continue;
    const target = lookup(leaf.value as string);
    const rest = path.slice(leaf.name.split('.').length);
    if (target !== undefined && reaches(target, rest, lookup, test)) return true;
  }
  return false;
}

function builtinValue(subject: Subject, name: Builtin): Found {
  switch (name) {
    case 'key':
      return { datatype: 'str', value: subject.key };
    case 'type':
      return { datatype: 'str', value: subject.type };
    case 'revision':
      return { datatype: 'int', value: subject.revision };
    case 'created':
      return { datatype: 'datetime', value: subject.created };
    case 'last_modified':
      return { datatype: 'datetime', value: subject.modified };
  }
}

/** The values that the thing is sorted by. */
export function positionOf(subject: Subject, sort: readonly SortBy[]): Position {
  return sort.map(({ name, datatype, descending }) => {
    if (isBuiltin(name)) return builtinValue(subject, name).value;
    let best: Scalar | null = null;
    for (const leaf of subject.leaves) {
      if (leaf.name !== name || leaf.datatype !== datatype) continue;
      const order = best === null ? -1 : compareScalars(leaf.value, best);
      if (best === null || (descending ? order > 0 : order < 0)) best = leaf.value;
    }
    return best;
  });
}

export function comparePositions(a: Position, b: Position, sort: readonly SortBy[]): number {
  for (const [i, { descending }] of sort.entries()) {
    const order = compareScalars(a[i]!, b[i]!);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function tester(node: CompareNode): (value: Scalar) => boolean {
  if (node.op === '~') {
    const parts = patternParts(node.value as string);
    return (value) => matches(parts, value as string);
  }
  return (value) => holds(node.op, compareScalars(value, node.value));
}

function holds(op: Operator, order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '!=':
      return order !== 0;
    default:
      return order === 0;
  }
}
