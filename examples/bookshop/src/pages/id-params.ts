const INTEGER_MAX = 2 ** 31 - 1;

/** The schema of a route with `:id`, an integer key. */
export const ID_PARAMS = {
  type: 'object',
  properties: { id: { type: 'integer', minimum: 1, maximum: INTEGER_MAX } },
} as const;

export interface IdParams {
  Params: { id: number };
}
