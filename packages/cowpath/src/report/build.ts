import {
  type ContextView,
  confirmed,
  costOf,
  coverage,
  type EntityName,
  type Evidence,
  HALF_LIFE_DAYS,
  type Histogram,
  type Profile,
  type StepView,
  type Use,
  viewProfile,
  WORN_RULE,
  WORN_SAVING_MS_PER_RUN_MIN,
  WORN_SHARE_MIN,
} from '@cowpath/profile';
import { innerUses } from './inner.ts';
import {
  REPORT_FORMAT,
  REPORT_VERSION,
  type Report,
  type ReportContext,
  type ReportCost,
  type ReportDistribution,
  type ReportEvidence,
  type ReportFigures,
  type ReportStep,
  type ReportWornFollow,
} from './model.ts';
import { Names, PATH_SEPARATOR } from './names.ts';
import { noteText } from './notes.ts';
import { selectContexts } from './select.ts';
import { SiteReader } from './sites.ts';

export interface BuildOptions {
  /** Where the profile was read from, as given. */
  readonly path: string;
  /** What the profile was read with; Infinity: no decay. */
  readonly half_life_days?: number;
  /** Only contexts with this name anywhere in their path, or with this text in it. */
  readonly context?: string;
  /** So many contexts at most. */
  readonly top?: number;
}

const NS_PER_MS = 1e6;

/**
 * Makes the report of a profile.
 *
 * @throws Error `COWPATH_NO_CONTEXT` when `context` selects none
 */
export function buildReport(profile: Profile, options: BuildOptions): Report {
  const { builder } = profile;
  const view = viewProfile(builder);
  const total_ns = costOf(view.total);
  const names = new Names(entitiesOf(view.contexts.flatMap(({ trails }) => trails)));
  const reading: Reading = {
    names,
    sites: new SiteReader(view.contexts.flatMap(({ trails }) => trails)),
  };
  const all = view.contexts.map((context) => contextOf(context, reading, total_ns));
  const selected = options.context === undefined ? all : selectContexts(all, options.context);
  const contexts = selected.slice(0, options.top ?? selected.length);
  const half_life_days = options.half_life_days ?? HALF_LIFE_DAYS;
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    profile: {
      path: options.path,
      segments: profile.segments,
      programs: profile.programs,
      from: profile.segments > 0 ? new Date(profile.from_ms).toISOString() : null,
      to: profile.segments > 0 ? new Date(profile.to_ms).toISOString() : null,
      half_life_days: Number.isFinite(half_life_days) ? half_life_days : null,
      schema: names.onlySchema,
    },
    totals: figuresOf(view.total, 1),
    rule: {
      text: WORN_RULE,
      share_min: WORN_SHARE_MIN,
      saving_ms_per_run_min: WORN_SAVING_MS_PER_RUN_MIN,
    },
    contexts_in_all: all.length,
    contexts_selected: selected.length,
    contexts,
    worn: wornFollows(selected, names),
    inner: innerUses(selected),
    statements: statementsOf(contexts, builder.statements),
    notes: [...builder.notes].map(([code, times]) => ({ code, times, text: noteText(code) ?? '' })),
    problems: profile.problems,
  };
}

/** What turns the profile's names and places into those for people. */
interface Reading {
  readonly names: Names;
  readonly sites: SiteReader;
}

function contextOf(view: ContextView, reading: Reading, total_ns: number): ReportContext {
  const runs = view.runs > 0 ? view.runs : 1;
  const trails = view.trails.map((step) => stepOf(step, reading, runs));
  return {
    name: view.path.join(PATH_SEPARATOR),
    path: view.path,
    runs: view.runs,
    wall: distributionOf(view.wall),
    own: costsOf(view.own, runs, total_ns),
    inclusive: costsOf(view.inclusive, runs, total_ns),
    by_origin: costsOf(view.byOrigin, runs, total_ns),
    worn: [...stepsOf(trails)].filter((step) => step.worn !== null).length,
    trails,
  };
}

function stepOf(view: StepView, reading: Reading, runs: number): ReportStep {
  const { origin, reference } = view;
  const { names } = reading;
  const { sites, unknown_share } = reading.sites.read(view.total.sites.toRecords());
  const label = reference === null ? names.origin(origin!) : names.reference(reference, view.depth);
  return {
    kind: reference === null ? origin!.kind : 'follow',
    ...label,
    origin,
    reference,
    inferred: reference?.known_by === 'inferred',
    ambiguous: reference !== null && reference.or_columns.length > 0,
    depth: view.depth,
    maybe_from: view.maybeFrom.map((maybe) => ({
      how: names.candidate(maybe.reference),
      reference: maybe.reference,
      evidence: evidenceOf(maybe.evidence),
    })),
    total: figuresOf(view.total, 1),
    per_run: figuresOf(view.total, runs),
    keys: view.total.keys,
    roots: view.total.roots,
    time: distributionOf(view.total.time),
    wait: distributionOf(view.total.wait),
    uses: view.uses.map((use) => ({
      place: use.place.join(PATH_SEPARATOR),
      path: use.place,
      ...figuresOf(use, 1),
      keys: use.keys,
      roots: use.roots,
    })),
    evidence: view.evidence === null ? null : evidenceOf(view.evidence),
    worn: view.worn,
    sites,
    sites_unknown_share: unknown_share,
    statements: view.statements,
    plan: view.plan,
    children: view.children.map((child) => stepOf(child, reading, runs)),
  };
}

function figuresOf(use: Use, runs: number): ReportFigures {
  return {
    queries: use.queries / runs,
    objects: use.objects / runs,
    repeats: use.repeats / runs,
    failed: use.failed / runs,
    time_ms: use.time.sum / NS_PER_MS / runs,
    wait_ms: use.wait.sum / NS_PER_MS / runs,
    cost_ms: costOf(use) / NS_PER_MS / runs,
  };
}

function costsOf(use: Use, runs: number, total_ns: number): ReportCost {
  const share = total_ns > 0 ? costOf(use) / total_ns : 0;
  return { ...figuresOf(use, 1), share, per_run: figuresOf(use, runs) };
}

function distributionOf(histogram: Histogram): ReportDistribution {
  const at = (q: number): number => histogram.quantile(q) / NS_PER_MS;
  return {
    count: histogram.count,
    sum_ms: histogram.sum / NS_PER_MS,
    mean_ms: histogram.mean / NS_PER_MS,
    p10_ms: at(0.1),
    p50_ms: at(0.5),
    p90_ms: at(0.9),
    p99_ms: at(0.99),
    max_ms: histogram.max / NS_PER_MS,
  };
}

function evidenceOf(evidence: Evidence): ReportEvidence {
  // How it was merged is nothing to its reader.
  const { single: _, ...shown } = evidence;
  return { ...shown, confirmed: confirmed(evidence), coverage: coverage(evidence) };
}

function wornFollows(contexts: readonly ReportContext[], names: Names): ReportWornFollow[] {
  const found: ReportWornFollow[] = [];
  for (const context of contexts) {
    for (const { worn, reference, ...step } of stepsOf(context.trails)) {
      if (worn === null || reference === null) continue;
      found.push({
        context: context.name,
        path: context.path,
        name: step.name,
        how: step.how,
        from: names.columns(reference.from, reference.from_columns),
        to: names.columns(reference.via ?? reference.to, reference.to_columns),
        queries_per_run: step.per_run.queries,
        site: step.sites[0] ?? null,
        ...worn,
        saving_ms: worn.share * context.by_origin.cost_ms,
      });
    }
  }
  return found.sort((a, b) => b.saving_ms - a.saving_ms);
}

function statementsOf(
  contexts: readonly ReportContext[],
  texts: ReadonlyMap<string, string>,
): Record<string, string> {
  const used: [string, string][] = [];
  for (const context of contexts) {
    for (const step of stepsOf(context.trails)) {
      for (const hash of step.statements) {
        const text = texts.get(hash);
        if (text !== undefined) used.push([hash, text]);
      }
    }
  }
  return Object.fromEntries(used);
}

function* entitiesOf(steps: readonly StepView[]): Generator<EntityName> {
  for (const { origin, reference, children } of steps) {
    if (origin !== null && 'entity' in origin && origin.entity !== null) yield origin.entity;
    if (reference !== null) yield reference.to;
    yield* entitiesOf(children);
  }
}

/** Every step of some trails, from above. */
function* stepsOf(steps: readonly ReportStep[]): Generator<ReportStep> {
  for (const step of steps) {
    yield step;
    yield* stepsOf(step.children);
  }
}
