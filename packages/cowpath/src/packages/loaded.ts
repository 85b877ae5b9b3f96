import { readFileSync } from 'node:fs';
import { isTested, TESTED, type TestedPackage } from './tested.ts';

/** The innermost package that a file belongs to: its folder, and its name. */
const IN_PACKAGE = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;
/** Copies of tested packages that are remembered. */
const COPIES_MAX = 200;
const BY_NAME: ReadonlyMap<string, TestedPackage> = new Map(TESTED.map((one) => [one.name, one]));
/** Parts of an ORM of which calls are made in its place; they carry its version. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['@mikro-orm/sql', '@mikro-orm/core'],
  ['@mikro-orm/postgresql', '@mikro-orm/core'],
  // A generated client carries its runtime with it, and tells no version.
  ['@prisma/adapter-pg', '@prisma/client'],
]);

/** Which drivers and ORMs the program has loaded, in which versions. The package.json of each copy is read once. */
export class LoadedPackages {
  /** Copies whose versions the matrix does not cover, as `name@version`. */
  readonly untested: Set<string> = new Set();
  /** Whether a driver adapter of Prisma's was loaded: queries of its clients go through a driver. */
  hasPrismaAdapter = false;
  readonly #copies = new Set<string>();

  /** Takes note of a file that the program runs. */
  saw(file: string): void {
    const found = IN_PACKAGE.exec(file);
    if (!found) return;
    const folder = found[1]!;
    const name = found[2]!.replaceAll('\\', '/');
    if (name.startsWith('@prisma/adapter-')) this.hasPrismaAdapter = true;
    const tested = BY_NAME.get(PARTS.get(name) ?? name);
    if (!tested || this.#copies.has(folder) || this.#copies.size >= COPIES_MAX) return;
    this.#copies.add(folder);
    const version = versionOf(folder);
    if (version !== null && !isTested(tested, version)) this.untested.add(`${tested.name}@${version}`);
  }
}

function versionOf(folder: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version?: unknown };
    // It is printed and saved: nothing but a version.
    return typeof version === 'string' && /^[\w.+-]{1,60}$/.test(version) ? version : null;
  } catch {
    return null;
  }
}
