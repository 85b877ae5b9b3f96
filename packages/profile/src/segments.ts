import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFile as writeFileCallback,
  writeFileSync,
} from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Segment } from './format.ts';
import { SEGMENT_SUFFIX } from './format.ts';
import { ProfileFormatError, parseSegment } from './validate.ts';

/** The folder profiles are kept in, unless another is named. */
export const PROFILE_FOLDER = '.cowpath';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Not that of `node:fs/promises`, which makes a `FileHandle`: an event emitter, as a driver's clients, connections, queries
 * and sockets are. V8 compiles the constructor of emitters for up to four hidden classes, and that is a fifth.
 */
const writeFile = promisify(writeFileCallback);

/** A name that no other writer has, beginning with its time so that names sort by age. */
export function segmentName(head: Pick<Segment, 'from_ms' | 'pid' | 'thread'>): string {
  const time = new Date(head.from_ms).toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  return `${time}-${head.pid}-${head.thread}-${randomBytes(4).toString('hex')}${SEGMENT_SUFFIX}`;
}

/**
 * Writes a segment, replacing the one of the same name in a single step: a reader, or a crash at any
 * moment, sees the old one or the new one. Readable and writable by its owner only.
 */
export async function saveSegment(folder: string, name: string, segment: Segment): Promise<void> {
  const path = join(folder, name);
  const write = (): Promise<void> => writeFile(`${path}.tmp`, JSON.stringify(segment), { mode: FILE_MODE });
  try {
    await write().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await write();
    });
    await rename(`${path}.tmp`, path);
  } catch (error) {
    await rm(`${path}.tmp`, { force: true }).catch(() => {});
    throw error;
  }
}

/** The same, for a process that is ending. */
export function saveSegmentSync(folder: string, name: string, segment: Segment): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const path = join(folder, name);
  // Not the asynchronous writer's temporary file: that one may be half-way.
  const temporary = `${path}.last.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(segment), { mode: FILE_MODE });
    chmodSync(temporary, FILE_MODE);
    // A rename that the asynchronous writer asked for may still be done: it must not put older counts in our place.
    rmSync(`${path}.tmp`, { force: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A file that could not be read. The others were. */
export interface ProfileProblem {
  readonly file: string;
  readonly code: string;
  /** The field or byte, or null when the file could not be opened. */
  readonly where: string | null;
  readonly message: string;
}

export interface ProfileFiles {
  readonly segments: readonly Segment[];
  readonly problems: readonly ProfileProblem[];
}

/**
 * Reads a profile: a folder of segments, or one segment file. A damaged or foreign file is a problem that
 * names the file and the field or byte; it never hides the others. What is not named `*.cowpath.json` is
 * left alone.
 *
 * @throws Error `COWPATH_NO_PROFILE` when there is no such folder or file
 */
export function readSegments(path: string): ProfileFiles {
  const problems: ProfileProblem[] = [];
  return { segments: [...eachSegment(filesOf(path), problems)], problems };
}

/**
 * The files of a profile, sorted by name, which begins with the time of what is in it.
 *
 * @throws Error `COWPATH_NO_PROFILE` when there is no such folder or file
 */
export function filesOf(path: string): string[] {
  if (!existsSync(path)) {
    const message = `There is no profile at ${path}. Record one: cowpath record -- node app.js`;
    throw Object.assign(new Error(message), { code: 'COWPATH_NO_PROFILE' });
  }
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(SEGMENT_SUFFIX))
    .sort()
    .map((name) => join(path, name));
}

/** Reads files one after another, so that no more than one of them need be held; adds those that cannot be read to `problems`. */
export function* eachSegment(files: readonly string[], problems: ProfileProblem[]): Generator<Segment> {
  for (const file of files) {
    let segment: Segment;
    try {
      segment = parseSegment(readFileSync(file, 'utf8'));
    } catch (error) {
      problems.push(problemOf(file, error));
      continue;
    }
    yield segment;
  }
}

function problemOf(file: string, error: unknown): ProfileProblem {
  if (error instanceof ProfileFormatError) {
    return { file, code: error.code, where: error.where, message: `${file}: ${error.message}` };
  }
  const code = (error as NodeJS.ErrnoException).code ?? 'COWPATH_PROFILE_UNREADABLE';
  return { file, code, where: null, message: `${file}: ${(error as Error).message}` };
}
