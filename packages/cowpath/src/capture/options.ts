import { randomBytes } from 'node:crypto';

/** How requests are captured. Set by `cowpath record --capture` and its kin, which travel as environment variables. */
export interface CaptureOptions {
  /** `COWPATH_CAPTURE`. */
  readonly file: string;
  /** Of one body; 0 (the default) records none. `COWPATH_CAPTURE_BODIES`. */
  readonly body_bytes_max: number;
  /** The file grows no larger. `COWPATH_CAPTURE_SIZE`. */
  readonly file_bytes_max: number;
  /** Names of further headers, parameters and fields to redact. `COWPATH_CAPTURE_REDACT`, with commas. */
  readonly redact: readonly string[];
  /** Of the names given to secrets: 64 hexadecimal digits, the same for all processes. `COWPATH_CAPTURE_KEY`. */
  readonly key: Buffer;
}

export const BODY_BYTES_MAX_DEFAULT = 65_536;
export const FILE_BYTES_MAX_DEFAULT = 268_435_456;

/**
 * Reads the options; null where nothing is to be captured. What is wrong is told to `warn` and the default
 * taken: the program must run.
 */
export function captureOptionsFrom(
  env: NodeJS.ProcessEnv,
  warn: (message: string) => void,
): CaptureOptions | null {
  const file = env['COWPATH_CAPTURE'];
  if (!file) return null;
  const bytes = (name: string, otherwise: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0) return value;
    warn(`${name} must be a whole number of bytes; it is "${text}". Using ${otherwise}.`);
    return otherwise;
  };
  const key = env['COWPATH_CAPTURE_KEY'] ?? '';
  return {
    file,
    body_bytes_max: bytes('COWPATH_CAPTURE_BODIES', 0),
    file_bytes_max: bytes('COWPATH_CAPTURE_SIZE', FILE_BYTES_MAX_DEFAULT),
    redact: (env['COWPATH_CAPTURE_REDACT'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    key: /^[0-9a-f]{64}$/.test(key) ? Buffer.from(key, 'hex') : randomBytes(32),
  };
}
