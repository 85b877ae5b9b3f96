import { hash } from 'node:crypto';
import {
  type Lexed,
  LIST_MARK,
  LITERAL_MARK,
  type LiteralKind,
  NAME_MARK,
  type Occurrence,
  PARAMETER_MARK,
} from './lexed.ts';

/** Raised whenever the same statement would get another key, so that profiles are not merged across the change. */
export const SHAPE_VERSION = 1;

/** What all texts of a shape have in common at one slot. */
export interface Slot {
  readonly kind: 'literal' | 'parameter';
  /** The outermost collapsed list that it stands in, -1 for none. */
  readonly list: number;
  /** Whether it stands in a list within a list. */
  readonly nested: boolean;
}

/** A statement with its literals and parameters taken out. */
export interface Shape {
  /** 16 hexadecimal digits: the first 64 bits of SHA-256 over `cowpath shape v1\n` and the key, as UTF-8. */
  readonly hash: string;
  /**
   * The shape for people: `?` for a literal, `$1`, `$2` … for parameters in the order of the shape, `...`
   * after the elements that stand for a whole list. No character of it comes from a literal or a comment.
   */
  readonly text: string;
  readonly slots: readonly Slot[];
  /** A statement of this shape that the parser takes, in which the values are the numbers of their slots, from 1. */
  readonly canonical: string;
  readonly truncated: boolean;
}

export function shapeOf(lexed: Lexed): Shape {
  return {
    hash: shapeHash(lexed.key),
    text: shapeText(lexed.key),
    slots: slotsOf(lexed),
    canonical: lexed.truncated ? '' : canonicalText(lexed),
    truncated: lexed.truncated,
  };
}

function shapeHash(key: string): string {
  return hash('sha256', `cowpath shape v${SHAPE_VERSION}\n${key}`, 'hex').slice(0, 16);
}

function shapeText(key: string): string {
  let parameter = 0;
  return replaceMarks(key, (mark) => {
    switch (mark) {
      case LITERAL_MARK:
      case NAME_MARK:
        return '?';
      case PARAMETER_MARK:
        return `$${++parameter}`;
      case LIST_MARK:
        return ', ...';
      default:
        return '...';
    }
  });
}

function slotsOf(lexed: Lexed): Slot[] {
  return firstOccurrences(lexed).map(({ kind, list, nested }) => ({
    kind: kind === 'parameter' ? 'parameter' : 'literal',
    list,
    nested,
  }));
}

/**
 * The parser sees the shape, not the text: no offsets have to be mapped (its own are bytes), lists have one
 * element of each form whatever their length, and no value of the program is in the tree or in an error
 * message. A number stays a number and everything else is a string, since the grammar asks
 * for strings or whole numbers in places.
 */
function canonicalText(lexed: Lexed): string {
  const first = firstOccurrences(lexed);
  let slot = 0;
  return replaceMarks(lexed.key, (mark) => {
    if (mark === NAME_MARK) return 'x';
    if (mark !== LITERAL_MARK && mark !== PARAMETER_MARK) return '';
    const number = slot + 1;
    return canonicalValue((first[slot++] as Occurrence).kind, number);
  });
}

function canonicalValue(kind: LiteralKind | 'parameter', number: number): string {
  switch (kind) {
    case 'parameter':
      return `$${number}`;
    case 'number':
      return String(number);
    default:
      return `'${number}'`;
  }
}

function firstOccurrences(lexed: Lexed): Occurrence[] {
  const first: Occurrence[] = [];
  for (const occurrence of lexed.occurrences) first[occurrence.slot] ??= occurrence;
  return first;
}

function replaceMarks(key: string, replacement: (mark: string) => string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters
  return key.replace(/[\u0001-\u0005]/g, replacement);
}
