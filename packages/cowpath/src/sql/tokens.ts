import { BLANK, classOf, continuesWord, DIGIT, WORD_START } from './characters.ts';

/** Where tokens end. Each takes the offset where its token begins (past any prefix letter); an unterminated one ends with the text. */

/** A quoted identifier; `at` is at its opening quote. */
export function endOfQuoted(text: string, at: number, end: number): number {
  for (;;) {
    const quote = text.indexOf('"', at + 1);
    if (quote < 0 || quote >= end) return end;
    if (text.charCodeAt(quote + 1) !== 34) return quote + 1;
    at = quote + 1;
  }
}

/** A string with all its continuations on later lines; `at` is at its opening quote. */
export function endOfString(text: string, at: number, end: number, backslash: boolean): number {
  for (;;) {
    const close = endOfSegment(text, at, end, backslash);
    const next = continuation(text, close, end);
    if (next < 0) return close;
    at = next;
  }
}

/** One quoted segment of a string, without those that continue it. */
export function endOfSegment(text: string, at: number, end: number, backslash: boolean): number {
  if (backslash) return endOfEscapedSegment(text, at, end);
  for (;;) {
    const quote = text.indexOf("'", at + 1);
    if (quote < 0 || quote >= end) return end;
    if (text.charCodeAt(quote + 1) !== 39) return quote + 1;
    at = quote + 1;
  }
}

function endOfEscapedSegment(text: string, at: number, end: number): number {
  at++;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 92) {
      at += 2;
    } else if (code === 39) {
      if (text.charCodeAt(at + 1) !== 39) return at + 1;
      at += 2;
    } else {
      at++;
    }
  }
  return end;
}

/** The opening quote of the string that goes on with one which ended before `at`; -1 when none does. The white space between must hold a line break. */
export function continuation(text: string, at: number, end: number): number {
  let line = false;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 39) return line ? at : -1;
    if (code === 10 || code === 13) {
      line = true;
      at++;
    } else if (code === 45 && text.charCodeAt(at + 1) === 45) {
      while (at < end && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
    } else if (classOf(code) === BLANK) {
      at++;
    } else {
      return -1;
    }
  }
  return -1;
}

/** A dollar quote; `at` is at its first dollar sign. -1 when none begins there. */
export function endOfDollarQuote(text: string, at: number, end: number): number {
  const open = endOfDollarTag(text, at, end);
  if (open < 0) return -1;
  const tag = text.slice(at, open);
  const close = text.indexOf(tag, open);
  return close < 0 || close + tag.length > end ? end : close + tag.length;
}

/** The offset after `$tag$`; -1 when `at` does not begin one. */
export function endOfDollarTag(text: string, at: number, end: number): number {
  let i = at + 1;
  if (i < end && classOf(text.charCodeAt(i)) === WORD_START) {
    while (i < end && text.charCodeAt(i) !== 36 && continuesWord(text.charCodeAt(i))) i++;
  }
  return i < end && text.charCodeAt(i) === 36 ? i + 1 : -1;
}

/** A number, with whatever letters are stuck to it: Postgres refuses those, and they may be part of a value. */
export function endOfNumber(text: string, at: number, end: number): number {
  let i = at;
  let fraction = false;
  while (i < end) {
    const code = text.charCodeAt(i);
    if (classOf(code) === DIGIT) {
      i++;
    } else if (code === 46 && !fraction && text.charCodeAt(i + 1) !== 46) {
      fraction = true;
      i++;
    } else if ((code === 43 || code === 45) && isExponent(text, at, i)) {
      i++;
    } else if (continuesWord(code)) {
      i++;
    } else {
      break;
    }
  }
  return i;
}

/** Whether the sign at `at` belongs to an exponent: `1e+5`, not `0xe+5`. */
function isExponent(text: string, start: number, at: number): boolean {
  const before = text.charCodeAt(at - 1) | 32;
  return (
    before === 101 &&
    classOf(text.charCodeAt(at + 1)) === DIGIT &&
    /^[\d_.]+$/.test(text.slice(start, at - 1))
  );
}
