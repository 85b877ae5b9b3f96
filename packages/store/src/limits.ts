/**
 * What the store accepts. They are the same for every engine and layout, so that data which one accepts
 * every other does; the string limits follow from the smallest index row among the engines (Postgres: 2,704
 * bytes for a string, a key and the row's overhead together).
 */
export const limits = {
  /** UTF-8 bytes of a thing's key. */
  key_bytes_max: 512,
  /** UTF-8 bytes of a type's name. */
  type_bytes_max: 255,
  /** UTF-8 bytes of one property name, without the dots of a path. */
  name_bytes_max: 255,
  /** UTF-8 bytes of a path, dots included. */
  path_bytes_max: 1024,
  /** UTF-8 bytes of a `str` or `url`. */
  str_bytes_max: 2048,
  /** UTF-8 bytes of the JSON of one revision, and so of a `text`. */
  object_bytes_max: 4_194_304,
  /** Elements of one list. */
  list_length_max: 10_000,
  /** Objects inside objects. */
  nesting_max: 8,
  /** Values (leaves) of one thing. */
  values_max: 50_000,
  /** UTF-8 bytes of a revision's author. */
  author_bytes_max: 512,
  /** UTF-8 bytes of a revision's comment. */
  comment_bytes_max: 2048,
  /** Segments of a path in a condition, references and nested names together. */
  path_segments_max: 6,
  /** Conditions in one query, counted through and, or, not. */
  conditions_max: 100,
  /** Wildcards in one `~` pattern. */
  wildcards_max: 16,
  sort_keys_max: 8,
  /** Keys that one query returns, and the default. */
  limit_max: 10_000,
  limit_default: 100,
  offset_max: 1_000_000,
  /** Writes of one atomic batch, and keys of one `getMany`. */
  batch_max: 10_000,
  /** Actions of one update. */
  actions_max: 10_000,
  /** Distinct (type, property name) pairs of one store. */
  properties_max: 100_000,
} as const;
