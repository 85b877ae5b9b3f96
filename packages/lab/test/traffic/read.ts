import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ReadLogOptions, readLog, type Traffic } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cowpath-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** A file in a temporary folder of this test file. */
export function fileOf(content: string | Buffer, extension = 'log'): string {
  const path = join(folder, `${++files}.${extension}`);
  writeFileSync(path, content);
  return path;
}

export function readText(content: string | Buffer, options: ReadLogOptions = {}): Promise<Traffic> {
  return readLog(fileOf(content), options);
}
