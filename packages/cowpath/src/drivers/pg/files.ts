import { createRequire } from 'node:module';

/** The file from which each copy of the driver's `Client` was loaded. */
const files = new WeakMap<object, string>();

/** Notes where a class of the driver came from: `id` as it was asked for in the file `from`. */
export function noteFile(driver: object, id: string, from: string): void {
  if (files.has(driver)) return;
  try {
    files.set(driver, createRequire(from).resolve(id));
  } catch {
    // A loader of the program's knows where that is; we do without.
  }
}

/** The file whose exports are, or have as `Client`, this class; undefined for one out of a bundle. */
export function fileOf(driver: object): string | undefined {
  return files.get(driver);
}
