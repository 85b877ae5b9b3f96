/**
 * Every error that the store raises on purpose. `code` is stable and documented in
 * docs/reference/store.md; messages say what was wrong, what was expected and what to do, and may change.
 */
export type StoreErrorCode =
  | 'STORE_ALREADY_EXISTS'
  | 'STORE_BAD_ACTION'
  | 'STORE_BAD_CONDITION'
  | 'STORE_BAD_CURSOR'
  | 'STORE_BAD_OPTION'
  | 'STORE_BAD_VALUE'
  | 'STORE_BUSY'
  | 'STORE_CLOSED'
  | 'STORE_CONFLICT'
  | 'STORE_DANGLING_REFERENCE'
  | 'STORE_DRIVER_MISSING'
  | 'STORE_DUPLICATE_KEY'
  | 'STORE_ENGINE'
  | 'STORE_FORMAT'
  | 'STORE_FULL'
  | 'STORE_LAYOUT_MISMATCH'
  | 'STORE_LAYOUT_SHAPE'
  | 'STORE_LAYOUT_SYNTAX'
  | 'STORE_MIGRATION'
  | 'STORE_MIGRATION_RUNNING'
  | 'STORE_MIGRATION_VERIFY'
  | 'STORE_MOVED'
  | 'STORE_NOT_FOUND'
  | 'STORE_RECEIVING'
  | 'STORE_SCHEMA'
  | 'STORE_TOO_LARGE';

export interface StoreErrorDetails {
  /** Where in the input: `authors[2]`, `conditions[0].value`, `layout:7:12`. */
  readonly path?: string;
  readonly cause?: unknown;
}

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly path: string | undefined;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'StoreError';
    this.code = code;
    this.path = details.path;
  }
}

export interface ConflictDetails {
  readonly key: string;
  readonly expectedRevision: number | undefined;
  readonly actualRevision: number | undefined;
}

/** A stale revision, or a transaction that another one overtook. Nothing was changed; read again and retry. */
export class Conflict extends StoreError {
  readonly key: string | undefined;
  readonly expectedRevision: number | undefined;
  readonly actualRevision: number | undefined;

  constructor(message: string, details: Partial<ConflictDetails> & { readonly cause?: unknown } = {}) {
    super('STORE_CONFLICT', message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'Conflict';
    this.key = details.key;
    this.expectedRevision = details.expectedRevision;
    this.actualRevision = details.actualRevision;
  }
}

export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  return error instanceof StoreError && (code === undefined || error.code === code);
}
