import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
/** Beside the repository's own node_modules, so that the packed packages find what they depend on there. */
const PACKED = join(ROOT, '.pack');

/**
 * Packs Cowpath's packages as npm would publish them and unpacks the tarballs, so that the demo runs what
 * a user gets and not the sources. Returns the `cowpath` command's file. `target` is emptied first; where it
 * is not in the repository, what the packages depend on must be linked there.
 */
export function packCowpath(target: string = PACKED): string {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const folder of dependenciesOf('cowpath')) {
    const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], {
      cwd: join(ROOT, 'packages', folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { name } = manifestOf(folder);
    const unpacked = join(target, 'node_modules', name);
    mkdirSync(unpacked, { recursive: true });
    execFileSync('tar', ['-xzf', join(target, tarballIn(output)), '-C', unpacked, '--strip-components=1']);
  }
  return join(target, 'node_modules', 'cowpath', 'dist', 'cli', 'main.js');
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
}

/** Folders of a package and of all packages of ours that it needs. */
function dependenciesOf(folder: string, found: Set<string> = new Set()): Set<string> {
  found.add(folder);
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const ours = readdirSync(join(ROOT, 'packages')).find((one) => manifestOf(one).name === name);
    if (ours && !found.has(ours)) dependenciesOf(ours, found);
  }
  return found;
}

/** npm 10 and 11 print a list, later versions an object by name. */
function tarballIn(output: string): string {
  const parsed = JSON.parse(output) as { filename: string }[] | Record<string, { filename: string }>;
  return Object.values(parsed)[0]!.filename;
}
