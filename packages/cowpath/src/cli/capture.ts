import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { BODY_BYTES_MAX_DEFAULT, createCapture, FILE_BYTES_MAX_DEFAULT } from '../capture/index.ts';

/** The flags of `cowpath record` that are about capturing requests. */
export interface CaptureFlags {
  readonly dir: string;
  /** A file, or true for one in the profile's folder. */
  readonly capture?: string | true;
  /** Bytes of a body, or true for the default. */
  readonly captureBodies?: string | true;
  readonly captureSize?: string;
  readonly captureRedact?: readonly string[];
}

export interface BegunCapture {
  readonly file: string;
  /** For the program. */
  readonly env: Readonly<Record<string, string>>;
}

export function addCaptureOptions(command: Command): void {
  command
    .option(
      '--capture [file]',
      'write the HTTP requests that the program gets, secrets redacted (default: a new file in --dir)',
    )
    .option(
      '--capture-bodies [bytes]',
      `with their bodies, up to so many bytes each (default: ${BODY_BYTES_MAX_DEFAULT})`,
    )
    .option('--capture-size <bytes>', 'the file grows no larger', String(FILE_BYTES_MAX_DEFAULT))
    .option(
      '--capture-redact <name>',
      'a header, query parameter or field that is secret too (repeatable)',
      (name: string, names: readonly string[] = []) => [...names, name],
    );
}

/**
 * Begins the capture that the flags ask for; undefined where they ask for none.
 * @throws COWPATH_BAD_OPTION, COWPATH_CAPTURE_EXISTS, COWPATH_CAPTURE_FAILED
 */
export function beginCapture(flags: CaptureFlags): BegunCapture | undefined {
  const { capture, captureBodies, captureRedact = [] } = flags;
  if (capture === undefined) {
    const needing = captureBodies !== undefined ? '--capture-bodies' : '--capture-redact';
    if (captureBodies !== undefined || captureRedact.length > 0)
      throw failure('COWPATH_BAD_OPTION', `${needing} has no effect without --capture; add it.`);
    return undefined;
  }
  const bodies_bytes =
    captureBodies === undefined
      ? 0
      : captureBodies === true
        ? BODY_BYTES_MAX_DEFAULT
        : bytes('--capture-bodies', captureBodies);
  const size_bytes = bytes('--capture-size', flags.captureSize ?? String(FILE_BYTES_MAX_DEFAULT));
  const named = captureRedact.find((name) => !/^[^\s,=&]+$/.test(name));
  if (named !== undefined)
    throw failure('COWPATH_BAD_OPTION', `--capture-redact takes one name; it is ${JSON.stringify(named)}.`);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const file = resolve(capture === true ? join(flags.dir, `capture-${stamp}.jsonl`) : capture);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createCapture(file, bodies_bytes > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw failure('COWPATH_CAPTURE_EXISTS', `${file} exists already; name another file, or remove it.`);
    throw failure('COWPATH_CAPTURE_FAILED', `${file} cannot be written: ${(error as Error).message}`);
  }
  return {
    file,
    env: {
      COWPATH_CAPTURE: file,
      COWPATH_CAPTURE_BODIES: String(bodies_bytes),
      COWPATH_CAPTURE_SIZE: String(size_bytes),
      COWPATH_CAPTURE_REDACT: captureRedact.join(','),
      COWPATH_CAPTURE_KEY: randomBytes(32).toString('hex'),
    },
  };
}

/** What was captured, in a line, and what to do next. */
export async function captureEnded({ file }: BegunCapture): Promise<string> {
  let requests = 0;
  let dropped = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.startsWith('{"at_ms":')) requests++;
    else if (line.startsWith('{"end":true')) dropped += Number(/"dropped":(\d+)/.exec(line)?.[1] ?? 0);
  }
  const left = dropped > 0 ? `, and ${dropped.toLocaleString('en')} more that a limit left out` : '';
  const path = relative('', file);
  const shown = path.startsWith('..') ? file : path;
  return requests === 0
    ? `cowpath: captured no request in ${shown}${left}. Send some to its HTTP server while it runs.`
    : `cowpath: captured ${requests.toLocaleString('en')} request${requests === 1 ? '' : 's'}${left}. Send them again: cowpath replay ${shown} --target URL`;
}

function bytes(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw failure(
    'COWPATH_BAD_OPTION',
    `${flag} is "${text}"; expected a whole number of bytes above 0, such as ${BODY_BYTES_MAX_DEFAULT}.`,
  );
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, exitCode: 2 });
}
