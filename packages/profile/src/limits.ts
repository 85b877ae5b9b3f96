/** Bounds on everything in a profile that can grow. What exceeds one is counted in a bucket named `(other)`. */
export const LIMITS: {
  readonly contexts_max: number;
  readonly steps_per_context_max: number;
  readonly depth_max: number;
  readonly uses_per_step_max: number;
  readonly statements_max: number;
  readonly statements_per_step_max: number;
  readonly statement_text_length_max: number;
  readonly sites_per_use_max: number;
  readonly frames_per_site_max: number;
} = {
  contexts_max: 1000,
  steps_per_context_max: 200,
  depth_max: 12,
  uses_per_step_max: 256,
  statements_max: 4000,
  statements_per_step_max: 4,
  statement_text_length_max: 4000,
  sites_per_use_max: 16,
  frames_per_site_max: 4,
};

export const OTHER = '(other)';
