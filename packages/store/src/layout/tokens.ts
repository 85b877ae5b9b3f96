import { StoreError } from '../errors.ts';

/** A word, a quoted string, or one of `( ) , : [ ]`, with its column (from 1). */
export interface Token {
  readonly kind: 'word' | 'string' | 'mark';
  readonly text: string;
  readonly column: number;
}

/** The tokens of one line; a comment starts with `#` at the start of a token. */
export function tokensOf(line: string, place: (column: number) => string): Token[] {
  const tokens: Token[] = [];
  const scanner = /\s+|#.*|"(?:[^"\\]|\\.)*"|[(),:[\]]|[^\s(),:[\]"]+|"/gy;
  for (let match = scanner.exec(line); match !== null; match = scanner.exec(line)) {
    const [text] = match;
    const column = match.index + 1;
    if (/^\s/.test(text) || text.startsWith('#')) continue;
    if (text.startsWith('"')) tokens.push({ kind: 'string', text: unquoted(text, place(column)), column });
    else tokens.push({ kind: /^[(),:[\]]$/.test(text) ? 'mark' : 'word', text, column });
  }
  return tokens;
}

/** The word as a layout file has it, quoted where it would not be read back as one word. */
export function quoted(word: string): string {
  return /^[^\s(),:[\]"#]+$/.test(word) && !['layout', 'index', '*'].includes(word)
    ? word
    : JSON.stringify(word);
}

export function syntaxError(place: string, message: string): StoreError {
  return new StoreError('STORE_LAYOUT_SYNTAX', `${place}: ${message}`, { path: place });
}

function unquoted(text: string, place: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Reported below.
  }
  throw syntaxError(place, `the string ${text} is not closed, or not a JSON string`);
}
