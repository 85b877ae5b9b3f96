import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LabError } from '../errors.ts';
import { checkNumber, suggestion } from '../options.ts';
import { type Traffic, TrafficBuilder } from './builder.ts';
import { LOG_FORMATS, type LogFormat } from './format.ts';
import { type LineLimit, splitLines } from './lines.ts';

export interface ReadLogOptions {
  /** One of `LOG_FORMATS` by name; found from the first lines when not given. */
  readonly format?: string | undefined;
  /** Requests kept, because all are held in memory. Later ones are accounted for as skipped. */
  readonly requests_max?: number;
}

const REQUESTS_MAX_DEFAULT = 1_000_000;

/** No format reads a line longer than this; a format that is one document may be one line. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;
const SNIFFED_LINES_MAX = 100;
const SNIFFED_LINE_BYTES_MAX = 64 * 1024;
/** As text it must be a string, of which V8 has none longer. */
const DOCUMENT_BYTES_MAX = 512 * 1024 * 1024 - 1024;

/**
 * Reads a log of requests: a file, gzipped or not (by its first bytes, not its name), or `-` for standard
 * input. Every line is accounted for.
 * @throws LabError LOG_NOT_FOUND, LOG_UNREADABLE, LOG_FORMAT_UNKNOWN, or LOG_EMPTY when it holds no request
 */
export async function readLog(path: string, options: ReadLogOptions = {}): Promise<Traffic> {
  const requests_max = checkNumber('requests_max', options.requests_max ?? REQUESTS_MAX_DEFAULT, {
    min: 1,
    integer: true,
  });
  const named = options.format === undefined ? undefined : formatNamed(options.format);
  if (path !== '-') await checkFile(path);
  try {
    const traffic = await read(
      path === '-' ? process.stdin : createReadStream(path),
      path,
      named,
      requests_max,
    );
    refuseEmpty(traffic, path);
    return traffic;
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    throw new LabError('LOG_UNREADABLE', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function formatNamed(name: string): LogFormat {
  const found = LOG_FORMATS.find((format) => format.name === name);
  if (found) return found;
  const names = LOG_FORMATS.map((format) => format.name);
  const meant = suggestion(name, names);
  throw new LabError(
    'BAD_OPTION',
    `no log format "${name}"; ${meant ? `did you mean "${meant}"?` : `there are ${names.join(', ')}`}`,
  );
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new LabError(
      cause.code === 'ENOENT' ? 'LOG_NOT_FOUND' : 'LOG_UNREADABLE',
      `cannot open the log ${path}: ${cause.message}`,
      { cause },
    );
  });
  if (found.isDirectory()) throw new LabError('LOG_UNREADABLE', `${path} is a folder; name one log file`);
}

async function read(
  source: Readable,
  path: string,
  named: LogFormat | undefined,
  requests_max: number,
): Promise<Traffic> {
  const limit: LineLimit = { bytes_max: DOCUMENT_BYTES_MAX };
  const lines = splitLines(await decompressed(source), limit);
  const head: Buffer[] = [];
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    head.push(head.length === 0 ? withoutMark(next.value) : next.value);
    if (next.value.length >= LINE_BYTES_MAX || head.length >= SNIFFED_LINES_MAX) break;
  }
  const format = named ?? detect(head, path);
  if (!format.whole) limit.bytes_max = LINE_BYTES_MAX;
  const builder = new TrafficBuilder(format.name, requests_max);
  if (format.whole) format.read(await document(head, lines, path), builder);
  else await readLines(head, lines, format, builder);
  return builder.build();
}

/** Editors on Windows put a byte order mark before the first line. */
function withoutMark(line: Buffer): Buffer {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line;
}

async function readLines(
  head: readonly Buffer[],
  rest: AsyncIterable<Buffer>,
  format: Extract<LogFormat, { whole: false }>,
  builder: TrafficBuilder,
): Promise<void> {
  const readLine = format.open();
  let number = 0;
  const take = (line: Buffer): void => {
    number++;
    if (line.length >= LINE_BYTES_MAX) builder.reject(number, `over ${LINE_BYTES_MAX / 1024 / 1024} MiB`);
    else readLine(line.toString(format.encoding), number, builder);
  };
  for (const line of head) take(line);
  for await (const line of rest) take(line);
}

async function document(head: readonly Buffer[], rest: AsyncIterable<Buffer>, path: string): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const take = (line: Buffer): void => {
    bytes += line.length + 1;
    if (bytes > DOCUMENT_BYTES_MAX)
      throw new LabError('LOG_UNREADABLE', `${path} is one document over 512 MiB; split it`);
    pieces.push(line);
  };
  for (const line of head) take(line);
  for await (const line of rest) take(line);
  return pieces.map((piece) => piece.toString('utf8')).join('\n');
}

function detect(head: readonly Buffer[], path: string): LogFormat {
  const first = head
    .map((line) => line.toString('utf8', 0, SNIFFED_LINE_BYTES_MAX))
    .filter((line) => line.trim() !== '');
  if (first.length === 0) throw new LabError('LOG_EMPTY', `${path} is empty`);
  const format = LOG_FORMATS.find((candidate) => candidate.matches(first));
  if (format) return format;
  throw new LabError(
    'LOG_FORMAT_UNKNOWN',
    `${path} is not a log that can be replayed: its first line is ${JSON.stringify(first[0]!.slice(0, 80))}. ` +
      'Expected Common or Combined Log Format, JSON lines, HAR, or a capture; --format names one',
  );
}

function refuseEmpty(traffic: Traffic, path: string): void {
  if (traffic.requests.length > 0) return;
  const { lines, malformed, malformed_first } = traffic.account;
  const first = malformed_first[0];
  throw new LabError(
    'LOG_EMPTY',
    `${path} holds no request: ${lines} lines read as ${traffic.format}, ${malformed} malformed` +
      (first ? ` (line ${first.line}: ${first.why})` : ''),
  );
}

/** The bytes, gunzipped if they begin as gzip does; members that follow each other are read as one. */
async function decompressed(source: Readable): Promise<AsyncIterable<Buffer>> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let first = await chunks.next();
  while (!first.done && first.value.length < 2) {
    const more = await chunks.next();
    if (more.done) break;
    first = { done: false, value: Buffer.concat([first.value, more.value]) };
  }
  const all = (async function* (): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  if (first.done || first.value[0] !== 0x1f || first.value[1] !== 0x8b) return all;
  // The iterator reports the pipeline's failure; the callback only keeps it from being unhandled.
  return pipeline(all, createGunzip(), () => {});
}
