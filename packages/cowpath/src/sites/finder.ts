import { basename, dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SiteFrame } from '@cowpath/profile';
import { SITE_LIMITS } from './limits.ts';
import { CARRIED } from './sampler.ts';
import { Script } from './script.ts';
import { isPackage, sourceName } from './source-name.ts';
import { type CapturedStack, callSites } from './stack.ts';

/** A frame of the program's, or whose else it is; `unknown`: it may be the program's, and it cannot be told where. */
type Found = SiteFrame | 'other' | 'unknown';

/**
 * Finds the program's own frames in captured stacks: those of packages, of Node and of Cowpath are left
 * out, and source maps are followed. It reads files, so it works between the program's requests; what it
 * found it remembers.
 */
export class SiteFinder {
  readonly #folder: string;
  readonly #failed: (error: unknown) => void;
  readonly #sawPackage: (file: string) => void;
  /** By the script's name and hash, the least lately used first. */
  readonly #scripts = new Map<string, Script>();
  readonly #positions = new Map<string, Found>();

  /**
   * `failed`: told of errors, which go no further. `sawPackage`: told of files of packages. `folder`: what names
   * of files are relative to.
   */
  constructor(
    failed: (error: unknown) => void,
    sawPackage: (file: string) => void = () => {},
    folder: string = workingFolder(),
  ) {
    this.#failed = failed;
    this.#sawPackage = sawPackage;
    this.#folder = folder;
  }

  /** The program's frames from the innermost outward; none where the innermost cannot be known. */
  find(captured: CapturedStack): readonly SiteFrame[] {
    try {
      for (const stack of stacksOf(captured)) {
        const frames = this.#framesOf(stack);
        if (frames.length > 0) return frames[0] === 'unknown' ? [] : (frames as SiteFrame[]);
      }
    } catch (error) {
      this.#failed(error);
    }
    return [];
  }

  /** The program's frames of one stack. What cannot be told ends them: no line is better than one that may be wrong. */
  #framesOf(captured: CapturedStack): (SiteFrame | 'unknown')[] {
    const frames: SiteFrame[] = [];
    for (const site of callSites(captured)) {
      // Below stands whoever gave the call its turn.
      if (captured.earlier && site.getFunctionName() === CARRIED) break;
      const found = this.#frame(site);
      if (found === 'unknown') return frames.length > 0 ? frames : [found];
      if (found === 'other' || isSame(frames.at(-1), found)) continue;
      frames.push(found);
      if (frames.length >= SITE_LIMITS.frames_per_site_max) break;
    }
    return frames;
  }

  #frame(site: NodeJS.CallSite): Found {
    const name = site.getFileName();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    // What is built in, and `Promise.all`; code made by `new Function` has no file either.
    if (!name || line === null || column === null || name.startsWith('node:')) return 'other';
    const path = pathOf(name);
    if (path === null) return 'unknown';
    if (isOwn(path)) return 'other';
    if (isPackage(path)) {
      this.#sawPackage(path);
      return 'other';
    }
    const hash = (site as { getScriptHash?(): string }).getScriptHash?.() ?? '';
    const key = `${name}\u0001${hash}\u0001${line}:${column}\u0001${site.getFunctionName() ?? ''}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const found = this.#locate(site, this.#script(name, path, hash), line, column);
    if (this.#positions.size >= SITE_LIMITS.positions_max) this.#positions.clear();
    this.#positions.set(key, found);
    return found;
  }

  #locate(site: NodeJS.CallSite, script: Script, line: number, column: number): Found {
    const origin = script.at(line, column);
    if (origin === 'unknown') return 'unknown';
    const file = origin === 'package' ? null : sourceName(origin.source, this.#folder);
    if (origin === 'package' || file === null) return 'other';
    return { file, line: origin.line, column: origin.column, function: functionName(site, script.isMapped) };
  }

  #script(name: string, path: string, hash: string): Script {
    const key = `${name}\u0001${hash}`;
    const script = this.#scripts.get(key) ?? Script.read(name, path, hash);
    this.#scripts.delete(key);
    this.#scripts.set(key, script);
    let held = 0;
    for (const { bytes } of this.#scripts.values()) held += bytes;
    for (const [oldest, { bytes }] of this.#scripts) {
      if (this.#scripts.size <= SITE_LIMITS.scripts_max && held <= SITE_LIMITS.maps_bytes_max) break;
      this.#scripts.delete(oldest);
      held -= bytes;
    }
    return script;
  }
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    // It was deleted: then every file is outside of it.
    return sep;
  }
}

/** A minifier's names say nothing. */
const MINIFIED_LENGTH_MAX = 2;

function functionName(site: NodeJS.CallSite, mapped: boolean): string | null {
  const name = site.getFunctionName();
  if (!name || (mapped && name.length <= MINIFIED_LENGTH_MAX)) return null;
  return name.slice(0, SITE_LIMITS.function_length_max);
}

/** Null for what is no file: `[eval]`, `evalmachine.<anonymous>`, `webpack-internal:///…`. */
function pathOf(name: string): string | null {
  if (name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name)) return name;
  if (!name.startsWith('file:')) return null;
  try {
    return fileURLToPath(name);
  } catch {
    return null;
  }
}

/** The folders of Cowpath's own code: this package's, and that of the one with the contexts. */
const OWN: readonly string[] = ownFolders();

function ownFolders(): string[] {
  try {
    const here = fileURLToPath(new URL('.', import.meta.url));
    // In a bundle this file stands among the program's: its parts tell them apart.
    if (basename(here) !== 'sites') return [];
    return [dirname(here), dirname(fileURLToPath(import.meta.resolve('@cowpath/profile')))].map(
      (folder) => folder + sep,
    );
  } catch {
    return [];
  }
}

function isOwn(path: string): boolean {
  return OWN.some((folder) => path.startsWith(folder));
}

/** A call's own stack, that of those who await it, and those of the call that brought it about. */
function* stacksOf(captured: CapturedStack): Generator<CapturedStack> {
  yield captured;
  if (captured.awaiters) yield captured.awaiters;
  if (captured.earlier) yield* stacksOf(captured.earlier);
}

function isSame(a: SiteFrame | undefined, b: SiteFrame): boolean {
  return a !== undefined && a.file === b.file && a.line === b.line && a.column === b.column;
}
