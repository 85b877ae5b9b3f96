/**
 * Where bundles announce the copies of drivers that they carry. A bundled module is not loaded by Node, so
 * nobody else can tell. The bundle may run before the recorder or after, and may hold nothing of Cowpath's:
 * hence a list behind a versioned global symbol.
 */
const NAME = 'cowpath.drivers.v1';

interface Announced {
  /** The exports of each module announced; a few for each copy in the bundle. */
  readonly modules: unknown[];
  /** The recorder, while it listens. */
  heard: ((exports: unknown) => void) | null;
}

/** What a bundled module ends with. It needs nothing but the language, and is silent when nobody listens. */
export const ANNOUNCEMENT: string = [
  ';if (typeof module === "object" && module) (function (at) {',
  `at = globalThis[Symbol.for("${NAME}")] || (globalThis[Symbol.for("${NAME}")] = { modules: [], heard: null });`,
  'at.modules.push(module.exports);',
  'if (at.heard) at.heard(module.exports);',
  '})();',
].join(' ');

/** Hears of every module announced so far and from now on; `heard` must not throw. Returns the way to stop. */
export function hearAnnounced(heard: (exports: unknown) => void): () => void {
  const key = Symbol.for(NAME);
  const holder = globalThis as { [key: symbol]: Announced | undefined };
  holder[key] ??= { modules: [], heard: null };
  const announced = holder[key];
  for (const exports of announced.modules) heard(exports);
  announced.heard = heard;
  return () => {
    if (announced.heard === heard) announced.heard = null;
  };
}
