import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KvError } from '../../contract/errors.ts';

/**
 * A data directory is
 *
 *     DIR/cowpath-kv.json   {"format":1,"engine":"leveldb"}, written first, atomically
 *     DIR/leveldb/          LevelDB's own files
 */
const MARKER = 'cowpath-kv.json';
const FILES = 'leveldb';
const FORMAT = 1;
const HARMLESS = new Set(['lost+found', '.DS_Store', `${MARKER}.tmp`]);

/**
 * Makes sure that `directory` is a data directory of this version, creating it when it is absent or empty.
 * Returns where LevelDB's files go. Changes nothing when it throws.
 */
export async function prepareDataDirectory(directory: string): Promise<string> {
  try {
    await makeDirectory(directory);
    const marker = await readMarker(directory);
    if (marker === undefined) {
      await refuseForeign(directory);
      await writeMarker(directory);
    } else {
      checkMarker(directory, marker);
      await refuseHeadless(directory);
    }
  } catch (error) {
    throw error instanceof KvError ? error : fileError(directory, error);
  }
  return join(directory, FILES);
}

/** Whether `directory` has been a data directory, of whatever version. */
export async function isDataDirectory(directory: string): Promise<boolean> {
  return (await readMarker(directory)) !== undefined;
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // What Node says of a read-only file system when it makes parents as well; asked plainly it tells.
    await mkdir(directory);
  }
}

/**
 * LevelDB makes a new database where its file CURRENT is missing, and removes the tables that it then finds: a
 * directory restored without that file would be emptied.
 */
async function refuseHeadless(directory: string): Promise<void> {
  const names = await readdir(join(directory, FILES)).catch((): string[] => []);
  const data = names.filter((name) => /\.(ldb|sst|log)$/.test(name));
  if (data.length === 0 || names.includes('CURRENT')) return;
  throw new KvError(
    'KV_CORRUPT',
    `${join(directory, FILES)} holds ${data.length} file(s) of data, such as ${data[0]}, but not LevelDB's file CURRENT, ` +
      'without which none of them can be read. Nothing was changed; restore a complete backup.',
  );
}

/** Translates a file system's error about the data directory. */
export function fileError(directory: string, cause: unknown): KvError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT' || /no space left|quota exceeded/i.test(detail)) {
    return new KvError(
      'KV_DISK_FULL',
      `no room left for the data directory ${directory}: free some space`,
      cause,
    );
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new KvError(
      'KV_DATA_NOT_WRITABLE',
      `${directory} is, or lies below, a file; name a directory`,
      cause,
    );
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    /permission denied|read-only file/i.test(detail)
  ) {
    return new KvError(
      'KV_DATA_NOT_WRITABLE',
      `the data directory ${directory} cannot be written by this user; check its owner and mode (${detail})`,
      cause,
    );
  }
  return new KvError('KV_IO', `the data directory ${directory} cannot be used: ${detail}`, cause);
}

async function readMarker(directory: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, MARKER), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checkMarker(directory: string, text: string): void {
  let marker: { format?: unknown; engine?: unknown } | null = null;
  try {
    marker = JSON.parse(text);
  } catch {
    // Falls through to the error below: an unreadable marker is no version that we know.
  }
  if (marker?.format === FORMAT && marker.engine === 'leveldb') return;
  const found =
    marker === null ? JSON.stringify(text.slice(0, 80)) : `format ${marker.format}, engine ${marker.engine}`;
  throw new KvError(
    'KV_DATA_VERSION',
    `${join(directory, MARKER)} says ${found}; this version reads format ${FORMAT}, engine leveldb. ` +
      'Run the version that wrote it, or name another directory. Nothing was changed.',
  );
}

async function refuseForeign(directory: string): Promise<void> {
  const others = (await readdir(directory)).filter((name) => !HARMLESS.has(name));
  if (others.length === 0) return;
  throw new KvError(
    'KV_DATA_FOREIGN',
    `${directory} has no ${MARKER} but holds ${others.length} other file(s), such as '${others[0]}'; ` +
      'name an empty or a new directory. Nothing was changed.',
  );
}

async function writeMarker(directory: string): Promise<void> {
  const temporary = join(directory, `${MARKER}.tmp`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: FORMAT, engine: 'leveldb' })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(directory, MARKER));
  await syncDirectory(directory);
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes of all files in a directory, 0 when it is absent. */
export async function directoryBytes(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory).catch(() => [])) {
    // LevelDB removes files at any time.
    bytes += (await stat(join(directory, name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
