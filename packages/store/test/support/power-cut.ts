import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** Compiles the preload library; undefined, with the reason, where there is no C compiler. */
export function compilePowerCut(directory: string): { library: string } | { missing: string } {
  const library = path.join(directory, 'power-cut.so');
  const source = path.join(import.meta.dirname, 'power-cut.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl', '-lpthread'], {
      stdio: 'pipe',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { missing: 'there is no C compiler (cc), which the power failure needs' };
  }
  return { library };
}

/** A fresh log, and the environment that makes a program write to it. */
export function powerCutEnvironment(library: string, directory: string, log: string): Record<string, string> {
  rmSync(log, { recursive: true, force: true });
  mkdirSync(log, { recursive: true, mode: 0o777 });
  return { LD_PRELOAD: library, POWER_CUT_DIRECTORY: directory, POWER_CUT_LOG: log };
}

/** Takes back, newest first, every write under `directory` that was never synced. */
export function cutPower(directory: string, log: string): void {
  const files = new Map<string, string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (entry.isFile()) files.set(String(statSync(full, { bigint: true }).ino), full);
    }
  };
  walk(directory);
  for (const inode of readdirSync(log)) {
    const file = files.get(inode);
    if (file !== undefined) undo(file, readFileSync(path.join(log, inode)));
  }
}

function undo(file: string, notes: Buffer): void {
  const records: { size: number; offset: number; bytes: Buffer }[] = [];
  for (let at = 0; at + 24 <= notes.length; ) {
    const [size, offset, length] = [0, 8, 16].map((i) => Number(notes.readBigInt64LE(at + i))) as [
      number,
      number,
      number,
    ];
    if (at + 24 + length > notes.length) break;
    records.push({ size, offset, bytes: notes.subarray(at + 24, at + 24 + length) });
    at += 24 + length;
  }
  const fd = openSync(file, 'r+');
  for (const { size, offset, bytes } of records.reverse()) {
    if (bytes.length > 0) writeSync(fd, bytes, 0, bytes.length, offset);
    ftruncateSync(fd, size);
  }
  closeSync(fd);
}
