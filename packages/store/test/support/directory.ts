import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A temporary directory, gone after `using`. */
export function temporaryDirectory(): {
  readonly path: string;
  file(name: string): string;
  [Symbol.dispose](): void;
} {
  const directory = mkdtempSync(path.join(tmpdir(), 'cowpath-store-'));
  return {
    path: directory,
    file: (name) => path.join(directory, name),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The long form of a test: all of it, where CI runs a seeded part. */
export const soak: boolean = process.env.COWPATH_SOAK === '1';
