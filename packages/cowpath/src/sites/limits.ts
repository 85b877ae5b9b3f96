/** Bounds on what finding call sites takes and holds. */
export const SITE_LIMITS: {
  readonly samples_at_first: number;
  readonly samples_burst_max: number;
  readonly samples_per_second_max: number;
  readonly stack_frames_max: number;
  readonly frames_per_site_max: number;
  readonly script_bytes_max: number;
  readonly map_bytes_max: number;
  readonly maps_bytes_max: number;
  readonly scripts_max: number;
  readonly positions_max: number;
  readonly function_length_max: number;
  readonly file_length_max: number;
} = {
  /** Samples that may be taken at once: a program's first requests are seen whole. */
  samples_at_first: 256,
  /** And later, after a quiet time. */
  samples_burst_max: 40,
  samples_per_second_max: 20,
  /** Frames captured of one stack: ORMs take twenty and more before the program's own. */
  stack_frames_max: 64,
  /** The program's own frames kept of one stack, from the innermost. */
  frames_per_site_max: 4,
  /** A larger script is not read, and its positions are unknown. */
  script_bytes_max: 8 * 1024 * 1024,
  /** A larger source map is not read, and the positions of its script are unknown. */
  map_bytes_max: 16 * 1024 * 1024,
  /** Source maps held, in all. */
  maps_bytes_max: 32 * 1024 * 1024,
  scripts_max: 500,
  /** Positions whose frames are remembered. */
  positions_max: 5000,
  /** Characters. */
  function_length_max: 100,
  file_length_max: 300,
};
