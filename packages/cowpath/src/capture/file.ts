import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { CAPTURE_FORMAT, CAPTURE_VERSION, type CaptureHeader } from '@cowpath/lab/capture-format';

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR } = constants;
const OWNER_ONLY = 0o600;
const HEADER_BYTES_MAX = 1024;
const WRITE_EVERY_MS = 200;
/** Lines waiting to be written beyond this are written at once. */
const WAITING_CHARS_MAX = 262_144;

/**
 * Begins a capture: a new file with its header, readable by its owner only.
 * @throws the error of the file system; EEXIST where there is such a file
 */
export function createCapture(path: string, bodies: boolean): void {
  const fd = openSync(path, O_CREAT | O_EXCL | O_RDWR, OWNER_ONLY);
  const header: CaptureHeader = {
    format: CAPTURE_FORMAT,
    version: CAPTURE_VERSION,
    started: new Date().toISOString(),
    bodies,
  };
  writeSync(fd, `${JSON.stringify(header)}\n`);
  closeSync(fd);
}

/**
 * A capture that several processes write at once: each appends whole lines, which the system does not mix.
 * Lines wait a moment in memory, so that a request is never held up by the disk.
 */
export class CaptureFile {
  /** Origin of `at_ms`, milliseconds since 1970. */
  readonly started_ms: number;
  readonly #fd: number;
  readonly #bytes_max: number;
  readonly #onError: (error: unknown) => void;
  /** Lines in the file, and lines for which there was no room. */
  written = 0;
  dropped = 0;
  #waiting: string[] = [];
  #waiting_chars = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #full = false;

  /**
   * Opens a capture, and begins it where there is none.
   * @throws where the file is no capture or cannot be written
   */
  constructor(path: string, bodies: boolean, bytes_max: number, onError: (error: unknown) => void) {
    try {
      createCapture(path, bodies);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.#fd = openSync(path, O_RDWR | O_APPEND);
    this.#bytes_max = bytes_max;
    this.#onError = onError;
    this.started_ms = startOf(this.#fd, path);
    fchmodSync(this.#fd, OWNER_ONLY);
  }

  append(line: string): void {
    if (this.#closed || this.#full) {
      this.dropped++;
      return;
    }
    this.#waiting.push(line);
    this.#waiting_chars += line.length;
    if (this.#waiting_chars > WAITING_CHARS_MAX) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WRITE_EVERY_MS).unref();
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0 || this.#closed) return;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waiting_chars = 0;
    if (this.#write(lines)) {
      this.written += lines.length;
      return;
    }
    this.#full = true;
    this.dropped += lines.length;
  }

  /** Writes what waits and a last line, which there is always room for. */
  close(last: string): void {
    if (this.#closed) return;
    this.flush();
    try {
      writeSync(this.#fd, `${last}\n`);
      closeSync(this.#fd);
    } catch (error) {
      this.#onError(error);
    }
    this.#closed = true;
  }

  /** @returns whether there was room */
  #write(lines: readonly string[]): boolean {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      // The others write too, so the file is asked how large it is.
      if (fstatSync(this.#fd).size + bytes.length > this.#bytes_max) return false;
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }
}

/** What the header of an open capture says. */
function startOf(fd: number, path: string): number {
  const head = Buffer.alloc(HEADER_BYTES_MAX);
  const read = readSync(fd, head, 0, head.length, 0);
  const [line = ''] = head.toString('utf8', 0, read).split('\n', 1);
  let header: Partial<CaptureHeader> | undefined;
  try {
    header = JSON.parse(line);
  } catch {
    // Said below.
  }
  const started = Date.parse(String(header?.started));
  if (header?.format !== CAPTURE_FORMAT || header.version !== CAPTURE_VERSION || Number.isNaN(started))
    throw new Error(`${path} exists and is no capture of this version`);
  return started;
}
