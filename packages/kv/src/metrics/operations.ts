/** What a request is counted as. */
export const OPERATIONS = [
  'GET /v0/entity',
  'PUT /v0/entity',
  'DELETE /v0/entity',
  'GET /v0/entities',
  'GET /v0/status',
  'GET /metrics',
  'other',
] as const;

export type Operation = (typeof OPERATIONS)[number];
