import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The name of the package that the main file belongs to, or the file's own. */
export function programName(): string {
  const main = process.argv[1];
  if (!main) return 'node';
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
      if (typeof name === 'string' && name !== '') return name;
    } catch {
      // No package here; the folder above may have one.
    }
    if (folder === dirname(folder)) return basename(main);
  }
}
