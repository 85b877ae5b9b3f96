/**
 * Source maps, read without being unfolded: a map is looked into a few times, while the decoded mappings of
 * a bundle take a hundred megabytes. A look-up walks the encoded mappings up to its position.
 *
 * The format: ECMA-426, https://tc39.es/ecma426/
 */
export interface SourceMapData {
  readonly mappings: string;
  /** As URLs or paths, resolved against the map. */
  readonly sources: readonly (string | null)[];
}

/** An indexed map's part, which begins at this generated position (from 0). */
interface Section extends SourceMapData {
  readonly line: number;
  readonly column: number;
}

/** From 0. */
export interface SourcePosition {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

export class SourceMapIndex {
  readonly #sections: readonly Section[];
  /** About what it holds. */
  readonly bytes: number;

  private constructor(sections: readonly Section[]) {
    this.#sections = sections;
    this.bytes = sections.reduce((sum, { mappings }) => sum + mappings.length, 0);
  }

  /** Null where the text is no source map of version 3. `base`: the URL that its sources are relative to. */
  static parse(text: string, base: string): SourceMapIndex | null {
    try {
      // A prefix that keeps scripts from being run may stand before it.
      const json = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, '')) as unknown;
      const sections = sectionsOf(json, base);
      return sections === null ? null : new SourceMapIndex(sections);
    } catch {
      return null;
    }
  }

  static of(data: SourceMapData): SourceMapIndex {
    return new SourceMapIndex([{ ...data, line: 0, column: 0 }]);
  }

  /** The source of a generated position (from 0); null where the map says that it has none. */
  find(line: number, column: number): SourcePosition | null {
    const section = this.#sections.findLast(
      (one) => one.line < line || (one.line === line && one.column <= column),
    );
    if (!section) return null;
    const within = line - section.line;
    return find(section, within, within === 0 ? column - section.column : column);
  }
}

interface RawMap {
  readonly version?: unknown;
  readonly mappings?: unknown;
  readonly sources?: unknown;
  readonly sourceRoot?: unknown;
  readonly sections?: unknown;
}

function sectionsOf(json: unknown, base: string): Section[] | null {
  const { version, mappings, sources, sourceRoot, sections } = (json ?? {}) as RawMap;
  if (version !== 3) return null;
  if (Array.isArray(sections)) {
    const all: Section[] = [];
    for (const { offset, map } of sections as { offset: { line: number; column: number }; map: unknown }[]) {
      const [part] = sectionsOf(map, base) ?? [];
      if (part) all.push({ ...part, line: offset.line, column: offset.column });
    }
    return all;
  }
  if (typeof mappings !== 'string' || !Array.isArray(sources)) return null;
  const root = typeof sourceRoot === 'string' && sourceRoot !== '' ? sourceRoot.replace(/\/?$/, '/') : '';
  const resolved = sources.map((source) =>
    typeof source === 'string' ? resolve(root + source, base) : null,
  );
  return [{ mappings, sources: resolved, line: 0, column: 0 }];
}

function resolve(source: string, base: string): string {
  return URL.parse(source, base)?.href ?? source;
}

const SEMICOLON = 59;
const COMMA = 44;

/** Walks the mappings, whose figures are differences to the ones before, up to the position. */
function find({ mappings, sources }: SourceMapData, line: number, column: number): SourcePosition | null {
  let generated_line = 0;
  let generated_column = 0;
  let source = 0;
  let source_line = 0;
  let source_column = 0;
  let found: SourcePosition | null = null;
  let at = 0;
  while (at < mappings.length && generated_line <= line) {
    const code = mappings.charCodeAt(at);
    if (code === SEMICOLON) {
      generated_line++;
      generated_column = 0;
      at++;
      continue;
    }
    if (code === COMMA) {
      at++;
      continue;
    }
    let field = 0;
    while (at < mappings.length) {
      let value = 0;
      let shift = 0;
      let digit = BASE64[mappings.charCodeAt(at)] ?? -1;
      if (digit < 0) break;
      for (;;) {
        value |= (digit & 31) << shift;
        at++;
        if (digit < 32) break;
        shift += 5;
        digit = BASE64[mappings.charCodeAt(at)] ?? -1;
        if (digit < 0) return null;
      }
      const difference = value & 1 ? -(value >>> 1) : value >>> 1;
      if (field === 0) generated_column += difference;
      else if (field === 1) source += difference;
      else if (field === 2) source_line += difference;
      else if (field === 3) source_column += difference;
      field++;
    }
    const next = mappings.charCodeAt(at);
    // A character that does not belong there: the map is damaged.
    if (at < mappings.length && next !== COMMA && next !== SEMICOLON) return null;
    if (generated_line < line) continue;
    if (generated_column > column) break;
    const name = field >= 4 ? sources[source] : null;
    found = name == null ? null : { source: name, line: source_line, column: source_column };
  }
  return found;
}

const BASE64: Int8Array = new Int8Array(128).fill(-1);
for (const [i, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  BASE64[character.charCodeAt(0)] = i;
}
