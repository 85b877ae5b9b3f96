/**
 * What goes wrong by misuse or by circumstance, and is worth a sentence to the user. `code` is stable and
 * documented in docs/reference/lab.md; the message says what was wrong, what was expected and what to do.
 */
export type LabErrorCode =
  | 'BAD_OPTION'
  | 'BAD_RULES'
  | 'BAD_TARGET'
  | 'LOG_NOT_FOUND'
  | 'LOG_UNREADABLE'
  | 'LOG_FORMAT_UNKNOWN'
  | 'LOG_EMPTY'
  | 'TARGET_DOWN'
  | 'SIDE_FAILED'
  | 'POSTGRES_UNAVAILABLE';

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
