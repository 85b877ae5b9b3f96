import type { ContextTruth, FollowTruth, Manifest, OriginTruth, StepCounts } from '../manifest/format.ts';

/** What the comparison reads of `cowpath report --json`, version 1. */
export interface Report {
  readonly contexts: readonly {
    readonly path: readonly string[];
    readonly runs: number;
    readonly trails: readonly ReportStep[];
  }[];
}

interface ReportStep {
  readonly origin: {
    readonly kind: string;
    readonly entity?: { readonly table: string } | null;
    readonly verb?: string;
    readonly by?: readonly string[];
    readonly order?: readonly string[];
  } | null;
  readonly reference: {
    readonly from: { readonly table: string };
    readonly from_columns: readonly string[];
    readonly to: { readonly table: string };
    readonly to_columns: readonly string[];
    readonly via: { readonly table: string } | null;
    readonly or_columns: readonly unknown[];
  } | null;
  readonly total: { readonly queries: number; readonly objects: number; readonly repeats: number };
  readonly worn: unknown;
  readonly children: readonly ReportStep[];
}

export interface Comparison {
  /** One line for each difference; empty when the report is right. */
  readonly differences: readonly string[];
  /** Steps compared. */
  readonly steps: number;
  /** Worn references found, as they should be. */
  readonly worn: number;
}

/** One step of a trail, as a line of text and its counts. */
interface Line {
  readonly counts: string;
  readonly worn: boolean;
}

/** Holds a report against the manifest: every context, every step, its counts, and whether it is worn. */
export function compare(report: Report, manifest: Manifest): Comparison {
  const expected = new Map<string, Line>();
  const got = new Map<string, Line>();
  for (const context of manifest.contexts) expectContext(expected, context);
  for (const context of report.contexts) {
    const path = context.path.join(' > ');
    got.set(path, { counts: `${context.runs} runs`, worn: false });
    for (const step of context.trails) gotStep(got, path, step);
  }
  const differences: string[] = [];
  for (const [step, line] of expected) {
    const found = got.get(step);
    if (!found) differences.push(`missing: ${step} (${line.counts})`);
    else if (found.counts !== line.counts)
      differences.push(`${step}: expected ${line.counts}, got ${found.counts}`);
    else if (found.worn !== line.worn) {
      differences.push(
        `${step}: expected ${line.worn ? 'worn' : 'not worn'}, got ${found.worn ? 'worn' : 'not worn'}`,
      );
    }
  }
  for (const [step, line] of got)
    if (!expected.has(step)) differences.push(`unexpected: ${step} (${line.counts})`);
  const worn = [...expected].filter(([step, line]) => line.worn && got.get(step)?.worn).length;
  return { differences, steps: expected.size, worn };
}

function expectContext(lines: Map<string, Line>, context: ContextTruth): void {
  const path = context.path.join(' > ');
  lines.set(path, { counts: `${context.runs} runs`, worn: false });
  for (const trail of context.trails) expectOrigin(lines, path, trail);
  for (const { verb, entity, by, queries } of context.writes) {
    // An insert without `returning` brings nothing back: what it creates is known by the keys it supplied.
    const name = verb === 'insert' ? `created ${entity}` : `${verb} ${entity} by ${by.join()}`;
    lines.set(`${path} | ${name}`, { counts: countsOf({ queries, objects: 0, repeats: 0 }), worn: false });
  }
}

function expectOrigin(lines: Map<string, Line>, path: string, trail: OriginTruth): void {
  const { origin } = trail;
  const name =
    origin.kind === 'created'
      ? `created ${origin.entity}`
      : `${origin.entity} by ${origin.by.join()} ordered by ${origin.order.join()}`;
  expectStep(lines, `${path} | ${name}`, trail);
}

function expectStep(lines: Map<string, Line>, name: string, step: StepCounts): void {
  lines.set(name, { counts: countsOf(step), worn: step.worn });
  for (const follow of step.follows) expectStep(lines, `${name} | ${nameOf(follow.reference)}`, follow);
}

function nameOf({ from, fromColumns, to, toColumns, via }: FollowTruth['reference']): string {
  return `${from}.${fromColumns.join()} -> ${via === null ? '' : `${via} -> `}${to}.${toColumns.join()}`;
}

function gotStep(lines: Map<string, Line>, above: string, step: ReportStep): void {
  const { origin, reference } = step;
  if (origin?.kind === 'opaque') return;
  const entity = origin?.entity?.table ?? '?';
  let name: string;
  if (reference) {
    name = nameOf({
      from: reference.from.table,
      fromColumns: [...reference.from_columns],
      to: reference.to.table,
      toColumns: [...reference.to_columns],
      via: reference.via?.table ?? null,
      kind: 'one',
    });
    if (reference.or_columns.length > 0) name += ' (ambiguous)';
  } else if (origin?.kind === 'created') name = `created ${entity}`;
  else if (origin?.kind === 'write') name = `${origin.verb} ${entity} by ${origin.by?.join()}`;
  else name = `${entity} by ${origin?.by?.join()} ordered by ${origin?.order?.join()}`;
  const key = `${above} | ${name}`;
  lines.set(key, { counts: countsOf(step.total), worn: step.worn !== null });
  for (const child of step.children) gotStep(lines, key, child);
}

function countsOf({
  queries,
  objects,
  repeats,
}: {
  queries: number;
  objects: number;
  repeats: number;
}): string {
  return `${queries} queries, ${objects} objects, ${repeats} identical`;
}
