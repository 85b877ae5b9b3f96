import type * as LibPgQuery from 'libpg-query';
import type { Node } from './nodes.ts';

/** Characters of a canonical statement that the parser is given: its time and memory grow with them. */
export const PARSED_CHARACTERS_MAX = 32_000;

export type Parsed =
  | { readonly statement: Node; readonly refused: null }
  | { readonly statement: null; readonly refused: string };

let library: typeof LibPgQuery | null = null;

/** Loads Postgres's parser (1.7 MB of WebAssembly); call it once before anything is analysed. */
export async function loadParser(): Promise<void> {
  const loaded = await import('libpg-query');
  await loaded.loadModule();
  library = loaded;
}

export function parserLoaded(): boolean {
  return library !== null;
}

/** The tree of the one statement that the text holds, or why there is none. Throws only if the parser is not loaded. */
export function parse(text: string): Parsed {
  if (!library) {
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
  let statements: { stmt?: Node }[];
  try {
    statements = library.parseSync(text).stmts ?? [];
  } catch (error) {
    // Deep nesting ends in a RangeError, or in the parser's own "memory exhausted".
    const message = error instanceof Error ? error.message : String(error);
    return refused(
      /call stack|memory|stack depth/i.test(message)
        ? 'it is nested too deeply'
        : `the parser refused it: ${message}`,
    );
  }
  const [first, ...others] = statements;
  if (!first?.stmt) return refused('it holds no statement');
  if (others.length > 0) return refused(`it holds ${statements.length} statements`);
  return { statement: first.stmt, refused: null };
}

function refused(why: string): Parsed {
  return { statement: null, refused: why };
}
