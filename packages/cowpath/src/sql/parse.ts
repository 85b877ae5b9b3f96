import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as LibPgQuery from 'libpg-query';
import type { Node } from './nodes.ts';
import { untiered } from './untiered.ts';

/** Characters of a canonical statement that the parser is given: its time and memory grow with them. */
const PARSED_CHARACTERS_MAX = 32_000;

/**
 * Bounds on what may nest a tree. The parser writes its tree by recursion; when the stack ends there, the error
 * leaves its memory allocated, so such statements must not reach it (1,000 nested queries, or a sum of 5,000 terms).
 */
const BRACKETS_DEEP_MAX = 200;
const OPERATORS_MAX = 1_000;
/** Below this many characters no statement comes near those bounds. */
const HARMLESS_CHARACTERS_MAX = 1_500;

export type Parsed =
  | { readonly statement: Node; readonly refused: null }
  | { readonly statement: null; readonly refused: string };

const TOO_DEEP = 'it is nested too deeply, or has too many operators';

interface Parser {
  readonly library: typeof LibPgQuery;
  /** Kept from before the library compiled the same: V8 then takes what it has. */
  readonly compiled: object | null;
}
let parser: Parser | null = null;

/** Loads Postgres's parser (1.7 MB of WebAssembly); call it once before anything is analysed. */
export async function loadParser(): Promise<void> {
  // Node 22 decides when a module is made, and not when its functions are.
  const compiled = parser?.compiled ?? compileParser();
  const loaded = await import('libpg-query');
  await loaded.loadModule();
  parser = { library: loaded, compiled };
}

function compileParser(): object | null {
  // Not among the types of Node alone.
  const { WebAssembly } = globalThis as unknown as {
    readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
  };
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('libpg-query'));
    const bytes = readFileSync(join(folder, 'libpg-query.wasm'));
    return untiered(() => new WebAssembly.Module(bytes));
  } catch {
    // In a bundle there is no such file: the library knows its own ways to find it, or says that it does not.
    return null;
  }
}

export function parserLoaded(): boolean {
  return parser !== null;
}

/** The tree of the one statement that the text holds, or why there is none. Throws only if the parser is not loaded. */
export function parse(text: string): Parsed {
  if (!parser) {
    throw Object.assign(
      new Error('The SQL parser is not loaded: await loadParser() before analysing statements.'),
      {
        code: 'COWPATH_PARSER_NOT_LOADED',
      },
    );
  }
  if (text.trim() === '') return refused('it holds no statement');
  if (text.length > PARSED_CHARACTERS_MAX) {
    return refused(`its shape is longer than ${PARSED_CHARACTERS_MAX} characters`);
  }
  if (text.length > HARMLESS_CHARACTERS_MAX && nestsDeeply(text)) return refused(TOO_DEEP);
  const { parseSync } = parser.library;
  let statements: { stmt?: Node }[];
  try {
    statements = untiered(() => parseSync(text)).stmts ?? [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refused(
      /call stack|memory|stack depth/i.test(message) ? TOO_DEEP : `the parser refused it: ${message}`,
    );
  }
  const [first, ...others] = statements;
  if (!first?.stmt) return refused('it holds no statement');
  if (others.length > 0) return refused(`it holds ${statements.length} statements`);
  return { statement: first.stmt, refused: null };
}

/** Quoted identifiers; brackets; whatever applies to one operand after another. */
const NESTING =
  /"[^"]*"|([([])|([)\]])|[-+*/<>=~!@#%^&|`?]+|::|\b(?:not|join|union|intersect|except|is|collate|at|between|like|ilike|similar|case)\b/g;

function nestsDeeply(text: string): boolean {
  let depth = 0;
  let operators = 0;
  for (const [token, opens, closes] of text.matchAll(NESTING)) {
    if (opens) depth++;
    else if (closes) depth--;
    else if (!token.startsWith('"')) operators++;
    if (depth > BRACKETS_DEEP_MAX || operators > OPERATORS_MAX) return true;
  }
  return false;
}

function refused(why: string): Parsed {
  return { statement: null, refused: why };
}
