/** What stands for a literal, for a parameter, and for "as many more as there are" in a shape key. */
export const LITERAL_MARK = '\u0001';
export const PARAMETER_MARK = '\u0002';
export const LIST_MARK = '\u0003';
/** What stands for a name that a program makes up as it runs (`generated-names.ts`). */
export const NAME_MARK = '\u0005';
/** Ends the key of a text that was too long to be read to its end. */
export const TRUNCATED_MARK = '\u0004';

/** Characters (UTF-16 code units) of a statement that are read; the rest of a longer one is not looked at. */
export const TEXT_CHARACTERS_MAX = 1_000_000;
/** Characters of a shape key. Lists are collapsed, so only generated or hostile statements reach it. */
export const KEY_CHARACTERS_MAX = 64_000;
/**
 * - `number`: `1`, `-5`, `1e3`, `0xff`; `start` is at the minus sign, `body` at the number itself
 * - `string`: `'…'`, with doubled quotes; `escape`: `E'…'`; `unicode`: `U&'…'` with its `uescape` if any
 * - `bits`: `B'…'`, `hex`: `X'…'`, `national`: `N'…'`
 * - `dollar`: `$$…$$`, `$tag$…$tag$`
 */
export type LiteralKind = 'number' | 'string' | 'escape' | 'unicode' | 'bits' | 'hex' | 'national' | 'dollar';

/** One place of a text where a value stands. */
export interface Occurrence {
  /**
   * The slot of the shape that it fills, from 0. Slots are numbered in the order of the shape; elements of a
   * collapsed list that have one form fill the same slots, once an element.
   */
  slot: number;
  readonly kind: LiteralKind | 'parameter';
  /** n of `$n`; 0 for a literal. */
  readonly parameter: number;
  /** UTF-16 offsets of the whole literal or parameter, a minus sign that belongs to it included. */
  readonly start: number;
  /** Where the literal begins without its minus sign. */
  readonly body: number;
  readonly end: number;
  /** The outermost collapsed list that it stands in, from 0 in the order of the shape; -1 for none. */
  readonly list: number;
  /** The element of that list that it belongs to, from 0; 0 outside of lists. */
  readonly row: number;
  /** Whether it stands in a list within a list: then `row` does not tell which of the inner elements it is. */
  readonly nested: boolean;
}

/** A statement text taken apart: the key of its shape and the values that stand in it. */
export interface Lexed {
  readonly key: string;
  /** In the order of the text. */
  readonly occurrences: readonly Occurrence[];
  /** How many slots the shape has. */
  readonly slots: number;
  /** Elements of each outermost collapsed list, as written. */
  readonly listLengths: readonly number[];
  /** True when the text was longer than the caps: then `occurrences` is empty and the key is that of its beginning. */
  readonly truncated: boolean;
}

export interface LexOptions {
  /** The session's `standard_conforming_strings` is off: a backslash escapes in plain strings too. Default false. */
  readonly backslashQuotes?: boolean;
}
