import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BundleParts } from './bundle.ts';
import { SITE_LIMITS } from './limits.ts';
import { SourceMapIndex } from './source-map.ts';

/** Where something stands in the sources, from 1; `package`: not in the program's own; `unknown`: it cannot be told. */
export type Origin =
  | { readonly source: string; readonly line: number; readonly column: number }
  | 'package'
  | 'unknown';

const MAP_URL = /^[ \t]*\/[/*][#@][ \t]*sourceMappingURL=([^\s*]+)[ \t]*(?:\*\/)?[ \t]*$/gm;
const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * A script that V8 runs, beside its file. A position means something in the file only if V8 has the very
 * text that stands there, which their hashes say; what a loader changed on the way needs the map that it
 * left with Node.
 */
export class Script {
  readonly #path: string;
  readonly #map: SourceMapIndex | null;
  readonly #parts: BundleParts | null;
  readonly #lines: readonly string[] | null;

  private constructor(
    path: string,
    {
      map = null,
      parts = null,
      lines = null,
    }: { map?: SourceMapIndex | null; parts?: BundleParts | null; lines?: readonly string[] | null },
  ) {
    this.#path = path;
    this.#map = map;
    this.#parts = parts;
    this.#lines = lines;
  }

  /** `name`: as V8 has it, a path or a URL. `hash`: of the text that V8 runs, SHA-256 in hex. */
  static read(name: string, path: string, hash: string): Script {
    const text = textOf(path, SITE_LIMITS.script_bytes_max);
    if (text === null) return new Script(path, {});
    const unmarked = text.replace(/^\ufeff/, '');
    if (hash !== sha256(text) && hash !== sha256(unmarked)) return Script.#changed(name, path, text);
    const url = [...text.matchAll(MAP_URL)].at(-1)?.[1];
    if (url === undefined) return new Script(path, { parts: new BundleParts(text) });
    const map = mapAt(url, path);
    return map === null ? new Script(path, { parts: new BundleParts(text) }) : new Script(path, { map });
  }

  static #changed(name: string, path: string, text: string): Script {
    const loaded = findSourceMap(name) ?? findSourceMap(path);
    if (loaded) {
      const { sources, mappings } = loaded.payload;
      const base = pathToFileURL(path).href;
      return new Script(path, {
        map: SourceMapIndex.of({
          mappings,
          sources: sources.map((one) => URL.parse(one, base)?.href ?? one),
        }),
      });
    }
    // Node takes the types out and leaves every position as it was.
    return TYPESCRIPT.test(path) && stripsTypes()
      ? new Script(path, { lines: text.split('\n') })
      : new Script(path, {});
  }

  /** About what it holds. */
  get bytes(): number {
    return this.#map?.bytes ?? this.#lines?.reduce((sum, { length }) => sum + length, 0) ?? 0;
  }

  /** Whether positions are those of other files. */
  get isMapped(): boolean {
    return this.#map !== null;
  }

  /** The source of a position in the script, from 1. */
  at(line: number, column: number): Origin {
    if (this.#map !== null) {
      const found = this.#map.find(line - 1, column - 1);
      // Helpers that a compiler adds come from no source.
      return found === null
        ? 'package'
        : { source: found.source, line: found.line + 1, column: found.column + 1 };
    }
    const here = { source: pathToFileURL(this.#path).href, line, column };
    if (this.#lines !== null)
      return /^[\p{ID_Start}$_#(]/u.test(this.#lines[line - 1]?.slice(column - 1) ?? '') ? here : 'unknown';
    const owner = this.#parts?.ownerOf(line) ?? 'unknown';
    return owner === 'program' ? here : owner;
  }
}

/** Null where there is no such file, or it is too long. */
function textOf(path: string, bytes_max: number): string | null {
  try {
    return statSync(path).size > bytes_max ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function mapAt(url: string, path: string): SourceMapIndex | null {
  if (url.startsWith('data:')) {
    const [head = '', body = ''] = splitOnce(url, ',');
    if (body.length > SITE_LIMITS.map_bytes_max) return null;
    const text = head.endsWith(';base64') ? Buffer.from(body, 'base64').toString() : decoded(body);
    return SourceMapIndex.parse(text, pathToFileURL(path).href);
  }
  const file = url.startsWith('file:') ? fileURLToPath(url) : resolve(dirname(path), decoded(url));
  const text = textOf(file, SITE_LIMITS.map_bytes_max);
  return text === null ? null : SourceMapIndex.parse(text, pathToFileURL(file).href);
}

function splitOnce(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether Node itself runs TypeScript, and no loader that rewrites it does. */
function stripsTypes(): boolean {
  const { typescript } = process.features as { typescript?: unknown };
  return typescript === 'strip' && !(Symbol.for('ts-node.register.instance') in process);
}
