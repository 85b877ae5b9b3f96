/** Bounds on everything the recorder holds. */
export const RECORDER_LIMITS: {
  readonly key_length_max: number;
  readonly parameters_max: number;
  readonly rows_kept_per_statement_max: number;
  readonly statements_per_root_max: number;
  readonly statements_waiting_max: number;
  readonly values_per_source_max: number;
  readonly values_per_root_max: number;
  readonly sources_per_root_max: number;
  readonly groups_per_root_max: number;
  readonly signatures_max: number;
  readonly candidates_max: number;
  readonly resolved_max: number;
  readonly roots_max: number;
  readonly databases_max: number;
  readonly tables_max: number;
  readonly unnamed_routes_max: number;
} = {
  /** Characters. Longer values are not taken for keys. */
  key_length_max: 128,
  /** Parameters remembered of one statement. */
  parameters_max: 2000,
  /** Rows of one statement whose keys are remembered. */
  rows_kept_per_statement_max: 5000,
  /** Statements of one root context held for analysis at its end; beyond it they are analysed in portions. */
  statements_per_root_max: 5000,
  /** Statements held in all, while the catalog is being read. Beyond it they are only counted. */
  statements_waiting_max: 50_000,
  values_per_source_max: 10_000,
  values_per_root_max: 50_000,
  sources_per_root_max: 500,
  groups_per_root_max: 2000,
  /** Different sequences of values remembered (as hashes, in memory only) for one candidate. */
  signatures_max: 256,
  /** Candidates whose sequences are remembered. */
  candidates_max: 5000,
  /** Statement shapes whose meaning under the catalog is remembered. */
  resolved_max: 2000,
  /** Roots, open or closed lately, whose keys are remembered. */
  roots_max: 10_000,
  databases_max: 32,
  tables_max: 20_000,
  /** Different paths without a route template that get a context of their own. */
  unnamed_routes_max: 200,
};
