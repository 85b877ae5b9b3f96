const INTEGER_MAX = 2 ** 31 - 1;

/** The schema of an integer key: what Postgres's type `integer` can hold. */
export const KEY = { type: 'integer', minimum: 1, maximum: INTEGER_MAX } as const;

/** The schema of a route with `:id`. */
export const ID_PARAMS = { type: 'object', properties: { id: KEY } } as const;

export interface IdParams {
  Params: { id: number };
}
