/**
 * The rule of what is worn. A follow is worn where one batch per step would, from the measured times, save
 * enough of its context's time: both a share of it and something a person can notice.
 */

/** A batch must save at least this share of the data time of the context that loaded the origin. */
export const WORN_SHARE_MIN = 0.05;
/** … and at least so many milliseconds a run of it. */
export const WORN_SAVING_MS_PER_RUN_MIN = 1;
/** A query that the batch replaces is taken at this quantile of the step's query times: what it usually costs, whatever the slowest did. */
export const WORN_QUERY_QUANTILE = 0.5;

/** The rule in words, as printed. */
export const WORN_RULE: string =
  `worn: one batch per step would, from the measured times, save at least ${WORN_SHARE_MIN * 100} % of ` +
  `its context's database time and ${WORN_SAVING_MS_PER_RUN_MIN} ms a run of it. ` +
  "Saved: the queries that the batch replaces, each at the step's median time.";

/** What one batch per step would save. */
export interface Worn {
  /** Milliseconds a run of the context that loaded the origin (or a root, see `per`). */
  readonly saving_ms_per_run: number;
  /** Of the data time (in the database and waiting for a connection) of that context's trails, 0 to 1. */
  readonly share: number;
  /**
   * What `saving_ms_per_run` is a run of: `run` of the context; or `root`, where objects loaded in one
   * long-lived context (start-up) are followed in other roots: then a run is one such root.
   */
  readonly per: 'run' | 'root';
}

/** What the rule needs to know of a step and of the context that loaded its origin. */
export interface WornInput {
  readonly queries: number;
  /** Runs of the context (or roots) in which the step occurred. */
  readonly occurred: number;
  /** Levels that the step recurses to: each needs a batch of its own. */
  readonly depth: number;
  /** The step's query time at `WORN_QUERY_QUANTILE`, nanoseconds. */
  readonly query_ns: number;
  /** Runs of the context (or roots, see `Worn.per`) over which the saving is spread. */
  readonly runs: number;
  /** Data time of the context's trails, in nanoseconds, over all those runs. */
  readonly context_ns: number;
  readonly per: Worn['per'];
}

/** The saving, or null when the step is not worn. */
export function wornBy(input: WornInput): Worn | null {
  const { queries, occurred, depth, query_ns, runs, context_ns, per } = input;
  const replaced = queries - occurred * depth;
  if (replaced <= 0 || runs <= 0 || context_ns <= 0) return null;
  const saving_ns = replaced * query_ns;
  const saving_ms_per_run = saving_ns / runs / 1e6;
  const share = Math.min(1, saving_ns / context_ns);
  if (share < WORN_SHARE_MIN || saving_ms_per_run < WORN_SAVING_MS_PER_RUN_MIN) return null;
  return { saving_ms_per_run, share, per };
}
