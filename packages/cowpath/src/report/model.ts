/**
 * The shape of `cowpath report --json`, version 1: everything that the text shows. See
 * docs/reference/report-json.md. Times are milliseconds, shares run from 0 to 1, counts may be fractions
 * (counts of older days weigh less). Within a version fields may be added; readers ignore what they do not
 * know.
 */
import type {
  Evidence,
  Origin,
  PlanRecord,
  ProfileProblem,
  Reference,
  SiteFrame,
  Worn,
} from '@cowpath/profile';

export const REPORT_FORMAT = 'cowpath-report';
export const REPORT_VERSION = 1;

export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly version: typeof REPORT_VERSION;
  readonly profile: ReportProfile;
  /** Everything recorded, whatever is selected below. */
  readonly totals: ReportFigures;
  readonly rule: ReportRule;
  /** Contexts in the profile, before `--context` and `--top`. */
  readonly contexts_in_all: number;
  /** Contexts selected by `--context`, before `--top`. */
  readonly contexts_selected: number;
  /** Ranked by their own data time. */
  readonly contexts: readonly ReportContext[];
  /** The worn follows of the contexts selected by `--context` (of all, without it), by what they would save in all; the most first. */
  readonly worn: readonly ReportWornFollow[];
  /** Inner contexts that occur under several outer ones. */
  readonly inner: readonly ReportInner[];
  /** Texts of the statement shapes, without values, by hash. */
  readonly statements: Readonly<Record<string, string>>;
  readonly notes: readonly ReportNote[];
  readonly problems: readonly ProfileProblem[];
}

export interface ReportProfile {
  /** As given. */
  readonly path: string;
  /** Files read. */
  readonly segments: number;
  readonly programs: readonly string[];
  /** The span recorded, ISO 8601; null when there is no segment. */
  readonly from: string | null;
  readonly to: string | null;
  /** Null: no decay. */
  readonly half_life_days: number | null;
  /** The schema of every table in it, if that is one and not `public`: it is left out of names for people. */
  readonly schema: string | null;
}

export interface ReportRule {
  readonly text: string;
  readonly share_min: number;
  readonly saving_ms_per_run_min: number;
}

export interface ReportFigures {
  readonly queries: number;
  readonly objects: number;
  /** Queries whose shape and values had been asked before in the same root context. */
  readonly repeats: number;
  readonly failed: number;
  /** In the database. */
  readonly time_ms: number;
  /** Waiting for a connection. */
  readonly wait_ms: number;
  /** Both. */
  readonly cost_ms: number;
}

export interface ReportCost extends ReportFigures {
  /** Of the cost of everything recorded. */
  readonly share: number;
  /** Divided by the context's runs; by 1 if it has not ended once. */
  readonly per_run: ReportFigures;
}

/** Of single queries or runs. Quantiles are known to within 1.6 %; count, sum and maximum are exact. */
export interface ReportDistribution {
  readonly count: number;
  readonly sum_ms: number;
  readonly mean_ms: number;
  readonly p10_ms: number;
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

export interface ReportContext {
  /** The path, joined by ` > `. */
  readonly name: string;
  readonly path: readonly string[];
  /** How often it ran to its end. */
  readonly runs: number;
  readonly wall: ReportDistribution;
  /** By place: the queries issued in it. */
  readonly own: ReportCost;
  /** By place, with the contexts nested in it. */
  readonly inclusive: ReportCost;
  /** By origin: its trails, wherever they were followed. */
  readonly by_origin: ReportCost;
  /** How many steps of its trails are worn. */
  readonly worn: number;
  readonly trails: readonly ReportStep[];
}

/** A trail's origin, or a reference followed from the step above it. */
export interface ReportStep {
  readonly kind: Origin['kind'] | 'follow';
  /** For people: `author`, `review[]`, `book`; also `update book`. */
  readonly name: string;
  /** For people: `book.author_id`, `by title`. */
  readonly how: string;
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  /** The reference was not declared but inferred. */
  readonly inferred: boolean;
  /** The reference may be one of several columns': see `reference.or_columns`. */
  readonly ambiguous: boolean;
  /** Deepest level reached by a recursive reference; 1 otherwise. */
  readonly depth: number;
  /** For origins: references that it may have been reached by, not confirmed. */
  readonly maybe_from: readonly ReportCandidate[];
  readonly total: ReportFigures;
  /** A run of the context above. */
  readonly per_run: ReportFigures;
  /** Distinct keys asked for or returned, counted per root and summed. */
  readonly keys: number;
  /** Root contexts in which it occurred. */
  readonly roots: number;
  /** In the database, per query. */
  readonly time: ReportDistribution;
  /** Waiting for a connection, per query. */
  readonly wait: ReportDistribution;
  /** Where its queries were issued; the most costly first. */
  readonly uses: readonly ReportUse[];
  readonly evidence: ReportEvidence | null;
  readonly worn: Worn | null;
  /** Where in the program its queries come from, as sampled; the most frequent first. */
  readonly sites: readonly ReportSite[];
  /** Of the samples, the share that came from nowhere that could be told. */
  readonly sites_unknown_share: number;
  /** Hashes, most used first; texts in `Report.statements`. */
  readonly statements: readonly string[];
  /** As in the profile: sums over samples, in nanoseconds. */
  readonly plan: PlanRecord | null;
  readonly children: readonly ReportStep[];
}

export interface ReportUse extends ReportFigures {
  readonly place: string;
  readonly path: readonly string[];
  readonly keys: number;
  readonly roots: number;
}

/** A line of the program's that issues queries. */
export interface ReportSite extends SiteFrame {
  /** Of the samples. */
  readonly share: number;
  /** Through which of the program's own helpers it issues them, from the innermost; usually none. */
  readonly through: readonly SiteFrame[];
}

export interface ReportEvidence extends Omit<Evidence, 'single'> {
  readonly confirmed: boolean;
  /** Of the source's distinct values, the share followed. */
  readonly coverage: number;
}

export interface ReportCandidate {
  /** For people: `book.author_id`, `book by review.book_id`. */
  readonly how: string;
  readonly reference: Reference;
  readonly evidence: ReportEvidence;
}

export interface ReportWornFollow extends Worn {
  readonly context: string;
  readonly path: readonly string[];
  readonly name: string;
  readonly how: string;
  /** Table and columns of the reference as `[schema.]table.column`. */
  readonly from: string;
  readonly to: string;
  readonly queries_per_run: number;
  /** The most frequent place in the program that its queries come from; null if none is known. */
  readonly site: ReportSite | null;
  /** `saving_ms_per_run` times the runs recorded. */
  readonly saving_ms: number;
}

/** The uses of one inner context, side by side. */
export interface ReportInner {
  readonly name: string;
  readonly uses: readonly ReportInnerUse[];
}

export interface ReportInnerUse {
  /** The contexts around it, joined by ` > `. */
  readonly outer: string;
  readonly path: readonly string[];
  readonly runs: number;
  readonly queries_per_run: number;
  readonly objects_per_run: number;
  readonly cost_ms_per_run: number;
  readonly share: number;
  readonly worn: number;
}

export interface ReportNote {
  readonly code: string;
  readonly times: number;
  /** What it means and what to do. */
  readonly text: string;
}
