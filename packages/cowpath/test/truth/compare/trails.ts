import type { ProfileBuilder } from '@cowpath/profile';
import { type EntityName, type Origin, type Reference, type StepView, viewProfile } from '@cowpath/profile';
import type { TruthRecord } from '../truth/format.ts';

export interface Counts {
  queries: number;
  /** Null: left open. */
  objects: number | null;
}

/** A step in the form in which truth and profile are compared. */
export interface Trail {
  readonly context: string;
  readonly origin: string;
  /** References from the origin; empty for the origin itself. */
  readonly chain: readonly string[];
  /** Where a reference is ambiguous: its other names. The last of the chain only. */
  readonly others: readonly string[];
  readonly places: Map<string, Counts>;
}

export function trailKey(trail: Pick<Trail, 'context' | 'origin' | 'chain'>): string {
  return [trail.context, trail.origin, ...trail.chain].join('\n');
}

/** Origins whose columns the truth leaves open: `context \n query entity(*)`. */
function openOrigins(records: readonly TruthRecord[]): Set<string> {
  return new Set(
    records
      .filter(({ origin }) => origin.endsWith('(*)'))
      .map(({ context, origin }) => `${context.join(' > ')}\n${origin}`),
  );
}

export function truthTrails(records: readonly TruthRecord[]): Map<string, Trail> {
  const open = openOrigins(records);
  const trails = new Map<string, Trail>();
  for (const record of records) {
    const context = record.context.join(' > ');
    const trail = trailOf(trails, context, opened(open, context, record.origin), record.chain, []);
    for (const { place, queries, objects } of record.uses) add(trail, place.join(' > '), queries, objects);
  }
  return trails;
}

/** The profile's trails as its reports show them: what is not confirmed is no follow there. */
export function profileTrails(builder: ProfileBuilder, records: readonly TruthRecord[]): Map<string, Trail> {
  const open = openOrigins(records);
  const trails = new Map<string, Trail>();
  const walk = (step: StepView, context: string, origin: string, chain: readonly string[]): void => {
    const others = step.reference === null ? [] : alternatives(step.reference);
    const trail = trailOf(trails, context, origin, chain, others);
    for (const use of step.uses) add(trail, use.place.join(' > '), use.queries, use.objects);
    for (const child of step.children) {
      walk(child, context, origin, [
        ...chain,
        referenceText(child.reference!, child.reference!.from_columns),
      ]);
    }
  };
  for (const context of viewProfile(builder).contexts) {
    const path = context.path.join(' > ');
    for (const step of context.trails) walk(step, path, opened(open, path, originText(step.origin!)), []);
  }
  return trails;
}

function trailOf(
  trails: Map<string, Trail>,
  context: string,
  origin: string,
  chain: readonly string[],
  others: readonly string[],
): Trail {
  const key = trailKey({ context, origin, chain });
  let trail = trails.get(key);
  if (!trail) {
    trail = { context, origin, chain, others, places: new Map() };
    trails.set(key, trail);
  }
  return trail;
}

function add(trail: Trail, place: string, queries: number, objects: number | null): void {
  const counts = trail.places.get(place) ?? { queries: 0, objects: 0 };
  counts.queries += queries;
  counts.objects = objects === null || counts.objects === null ? null : counts.objects + objects;
  trail.places.set(place, counts);
}

function opened(open: ReadonlySet<string>, context: string, origin: string): string {
  const wild = origin.replace(/\(.*\)$/, '(*)');
  return open.has(`${context}\n${wild}`) ? wild : origin;
}

function entityText(entity: EntityName): string {
  return entity.schema === null || entity.schema === 'public'
    ? entity.table
    : `${entity.schema}.${entity.table}`;
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'query':
      return `query ${origin.entity === null ? '?' : entityText(origin.entity)}(${[...origin.by].sort().join()})`;
    case 'created':
      return `created ${entityText(origin.entity)}`;
    case 'write':
      return `${origin.verb} ${entityText(origin.entity)}(${[...origin.by].sort().join()})`;
    case 'named':
      return `named ${origin.name}`;
    case 'opaque':
      return `opaque (${origin.because})`;
  }
}

/** `a.b -> c.d`, `a.(b,c) -> d.(e,f)` in the order of the target's columns, `a.id -> link.a_id -> c`. */
function referenceText(reference: Reference, from_columns: readonly string[]): string {
  // A link table's columns are known by name only; in a composite key the tenant's comes first in ours.
  const pairs = reference.to_columns.map((to, i) => [to, from_columns[i] ?? '?'] as const);
  if (pairs.length > 1)
    pairs.sort(([a], [b]) => Number(b === 'tenant_id') - Number(a === 'tenant_id') || (a < b ? -1 : 1));
  const from = `${entityText(reference.from)}.${columnsText(pairs.map(([, column]) => column))}`;
  const to = columnsText(pairs.map(([column]) => column));
  if (reference.via === null) return `${from} -> ${entityText(reference.to)}.${to}`;
  return `${from} -> ${entityText(reference.via)}.${to} -> ${entityText(reference.to)}`;
}

function alternatives(reference: Reference): string[] {
  return reference.or_columns.map((columns) => referenceText(reference, columns));
}

function columnsText(columns: readonly string[]): string {
  return columns.length === 1 ? columns[0]! : `(${columns.join()})`;
}
