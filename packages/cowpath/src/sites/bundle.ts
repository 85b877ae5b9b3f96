/**
 * Scripts in which packages and the program stand side by side, without a source map. Bundlers that write
 * whose code begins where (esbuild, webpack in development) are understood; from others no line is taken,
 * since it might be a package's.
 */

/** The part of a bundle that begins at a line (from 1). */
interface Part {
  readonly line: number;
  readonly file: string;
}

/** `// src/book.ts`; `"node_modules/pg/lib/client.js"(exports) {`; `"./node_modules/pg/lib/client.js":`. */
const PART = /^\s*(?:\/\*{3}\/ )?(?:\/\/ |["'])([^\s"']+\.[cm]?[jt]sx?)(?:["']\s*[(:].*)?$/;
/** Lines of people are shorter. */
const LINE_LENGTH_MAX = 1000;
/** Code of webpack's, and of node-postgres itself. */
const BUNDLED = /__webpack_require__|\b_pulseQueryQueue\s*\(/;

export class BundleParts {
  readonly #parts: readonly Part[];
  readonly #opaque: boolean;

  constructor(text: string) {
    const parts: Part[] = [];
    let long = false;
    for (const [i, line] of text.split('\n').entries()) {
      if (line.length > LINE_LENGTH_MAX) long = true;
      else {
        const file = PART.exec(line)?.[1];
        if (file !== undefined) parts.push({ line: i + 1, file });
      }
    }
    // Only a part of a package shows that they are parts, and not the program's own comments.
    this.#parts = parts.some(({ file }) => isPackage(file)) ? parts : [];
    this.#opaque = this.#parts.length === 0 && (BUNDLED.test(text) || (long && isDense(text)));
  }

  /** Whose code stands in a line (from 1). */
  ownerOf(line: number): 'program' | 'package' | 'unknown' {
    if (this.#opaque) return 'unknown';
    const part = this.#parts.findLast((one) => one.line <= line);
    return part !== undefined && isPackage(part.file) ? 'package' : 'program';
  }
}

/** Most of it stands in long lines: written by a minifier. */
function isDense(text: string): boolean {
  const long = text.split('\n').reduce((sum, { length }) => sum + (length > LINE_LENGTH_MAX ? length : 0), 0);
  return long > text.length / 2;
}

function isPackage(file: string): boolean {
  return /(^|\/)node_modules\//.test(file);
}
