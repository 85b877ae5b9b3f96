/**
 * Checks that packages depend only downward (docs/design.md, "Packages"): each may use only what is
 * listed for it here. That a package imports nothing it does not declare is knip's check, that files
 * have no import cycles is biome's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ALLOWED: Record<string, readonly string[]> = {
  '@cowpath/profile': [],
  '@cowpath/lab': ['@cowpath/profile'],
  '@cowpath/store': ['@cowpath/profile'],
  '@cowpath/kv': ['@cowpath/profile'],
  '@cowpath/report': ['@cowpath/profile'],
  cowpath: ['@cowpath/profile', '@cowpath/lab', '@cowpath/report'],
};

const root = join(import.meta.dirname, '..');
const problems: string[] = [];
let checked = 0;

for (const folder of readdirSync(join(root, 'packages'))) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  const allowed = ALLOWED[manifest.name];
  if (!allowed) {
    problems.push(`packages/${folder}: package ${manifest.name} has no place in the order of packages`);
    continue;
  }
  checked++;
  for (const kind of ['dependencies', 'peerDependencies', 'devDependencies', 'optionalDependencies']) {
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (name in ALLOWED && !allowed.includes(name)) {
        problems.push(
          `packages/${folder}: ${kind} names ${name}; ${manifest.name} may use only ${allowed.join(', ') || 'none of ours'}`,
        );
      }
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(`structure: ${checked} packages, ${problems.length} problems`);
process.exit(problems.length > 0 || checked === 0 ? 1 : 0);
