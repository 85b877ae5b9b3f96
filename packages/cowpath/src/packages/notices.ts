import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { LoadedPackages } from './loaded.ts';
import { PrismaEngine } from './prisma-engine.ts';

export const PRISMA_ENGINE = 'COWPATH_PRISMA_ENGINE';
/** Followed by a space and `name@version`. */
export const UNTESTED_VERSION = 'COWPATH_UNTESTED_VERSION';

/**
 * What there is to say of the packages that the program has loaded: versions that are not tested, and queries that
 * are out of reach. CommonJS modules are found in Node's module cache; of ECMAScript modules those that send
 * statements, by the frames of sampled calls.
 */
export class PackageNotices {
  /** Codes of notes, as of the last look. */
  codes: readonly string[] = [];
  readonly #packages = new LoadedPackages();
  readonly #engine = new PrismaEngine();
  readonly #cache = createRequire(import.meta.url).cache;
  /** Modules of the cache that have been looked at. */
  #known = 0;
  #moduleLoaded = true;

  /** Begins to watch; returns the way to stop. */
  start(): () => void {
    const loaded = (): void => {
      this.#moduleLoaded = true;
    };
    subscribe('tracing:module.require:end', loaded);
    const stop = this.#engine.start();
    return () => {
      stop();
      unsubscribe('tracing:module.require:end', loaded);
    };
  }

  /** Takes note of a file of some package that was seen on a stack. */
  saw(file: string): void {
    this.#packages.saw(file);
  }

  /** Looks again, between the program's work; answers whether there is something else to say. See `PrismaEngine`. */
  look(silent: boolean, ending: boolean): boolean {
    if (this.#moduleLoaded) this.#lookAtModules();
    this.#moduleLoaded = false;
    const { untested, hasPrismaAdapter } = this.#packages;
    const outOfReach = !hasPrismaAdapter && this.#engine.isOutOfReach(silent, ending);
    const codes = outOfReach ? [PRISMA_ENGINE] : [];
    for (const one of [...untested].sort()) {
      // Which version it is says nothing more of what is out of reach.
      if (!outOfReach || !one.startsWith('@prisma/client@')) codes.push(`${UNTESTED_VERSION} ${one}`);
    }
    const changed = codes.join() !== this.codes.join();
    this.codes = codes;
    return changed;
  }

  #lookAtModules(): void {
    const files = Object.keys(this.#cache);
    // New ones are added at the end; where some were taken out, all are looked at again.
    const from = files.length < this.#known ? 0 : this.#known;
    this.#known = files.length;
    for (let i = from; i < files.length; i++) {
      const file = files[i]!;
      this.#packages.saw(file);
      this.#engine.saw(file, this.#cache[file]?.exports);
    }
  }
}
