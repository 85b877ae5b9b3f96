/**
 * Stable codes of everything that this package throws or answers.
 *
 * | code | HTTP | meaning |
 * | --- | --- | --- |
 * | `KV_OPTION_UNKNOWN`, `KV_OPTION_INVALID` | - | misuse: an option that does not exist, or has a wrong value |
 * | `KV_REQUEST_INVALID` | 400 | the request line or a parameter is wrong; the message says what |
 * | `KV_PATH_UNKNOWN` | 400 | no such path |
 * | `KV_METHOD_NOT_ALLOWED` | 405 | the path exists, the method does not |
 * | `KV_REQUEST_TIMEOUT` | 408 | the request did not arrive in time |
 * | `KV_VALUE_TOO_LARGE` | 413 | the value is longer than 8 MiB |
 * | `KV_EXPECTATION_FAILED` | 417 | an `Expect` other than `100-continue` |
 * | `KV_HEADERS_TOO_LARGE` | 431 | the request's head is longer than any legal request needs |
 * | `KV_CORRUPT` | 500 | the engine found its own files damaged |
 * | `KV_IO` | 500 | the operating system refused to read or write |
 * | `KV_BUSY` | 503 | a limit is reached; nothing was done, try again |
 * | `KV_CLOSED` | 503 | the service is stopping; nothing was done |
 * | `KV_READ_ONLY` | 503 | an earlier write failed: reads go on, writes wait for a restart |
 * | `KV_DISK_FULL` | 507 | no room; nothing was done |
 * | `KV_NOT_ENOUGH_REPLICAS` | 504 | fewer than `ack` replicas answered |
 * | `KV_DATA_LOCKED` | - | the data directory is in use by another process |
 * | `KV_DATA_NOT_WRITABLE` | - | the data directory cannot be created or written |
 * | `KV_DATA_FOREIGN` | - | the directory holds something else |
 * | `KV_DATA_VERSION` | - | the data was written by another version |
 * | `KV_RESPONSE_INVALID` | - | client: the server's answer does not follow the contract |
 * | `KV_UNREACHABLE`, `KV_CLIENT_TIMEOUT` | - | client: no answer, or none in time |
 */
export type KvErrorCode =
  | 'KV_OPTION_UNKNOWN'
  | 'KV_OPTION_INVALID'
  | 'KV_REQUEST_INVALID'
  | 'KV_PATH_UNKNOWN'
  | 'KV_METHOD_NOT_ALLOWED'
  | 'KV_REQUEST_TIMEOUT'
  | 'KV_VALUE_TOO_LARGE'
  | 'KV_EXPECTATION_FAILED'
  | 'KV_HEADERS_TOO_LARGE'
  | 'KV_CORRUPT'
  | 'KV_IO'
  | 'KV_BUSY'
  | 'KV_CLOSED'
  | 'KV_READ_ONLY'
  | 'KV_DISK_FULL'
  | 'KV_NOT_ENOUGH_REPLICAS'
  | 'KV_DATA_LOCKED'
  | 'KV_DATA_NOT_WRITABLE'
  | 'KV_DATA_FOREIGN'
  | 'KV_DATA_VERSION'
  | 'KV_RESPONSE_INVALID'
  | 'KV_UNREACHABLE'
  | 'KV_CLIENT_TIMEOUT';

/** An error of the key-value service. `code` is stable; the message is for people and may change. */
export class KvError extends Error {
  override readonly name: string = 'KvError';
  readonly code: KvErrorCode;

  constructor(code: KvErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Misuse of an option: a `TypeError`, because the program has to change. */
export class KvOptionError extends TypeError {
  override readonly name: string = 'KvOptionError';
  readonly code: 'KV_OPTION_UNKNOWN' | 'KV_OPTION_INVALID';

  constructor(code: 'KV_OPTION_UNKNOWN' | 'KV_OPTION_INVALID', message: string) {
    super(message);
    this.code = code;
  }
}
