/** Character classes of Postgres's own scanner (src/backend/parser/scan.l), for UTF-16 code units. */

export const BLANK = 1;
export const WORD_START = 2;
export const DIGIT = 3;
export const OPERATOR = 4;

/** Class by code unit below 128; everything above is a letter to Postgres. */
const classes: Uint8Array = new Uint8Array(128);
// Control characters are blanks here, so that none reaches a shape's text.
for (let code = 0; code <= 32; code++) classes[code] = BLANK;
classes[127] = BLANK;
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
  classes[letter.charCodeAt(0)] = WORD_START;
for (const digit of '0123456789') classes[digit.charCodeAt(0)] = DIGIT;
for (const operator of '+-*/<>=~!@#%^&|`?') classes[operator.charCodeAt(0)] = OPERATOR;

export function classOf(code: number): number {
  return code < 128 ? (classes[code] as number) : WORD_START;
}

/** Whether a code unit goes on with an unquoted identifier that has begun. */
export function continuesWord(code: number): boolean {
  if (code >= 128) return true;
  const kind = classes[code];
  return kind === WORD_START || kind === DIGIT || code === 36;
}

/** The offset of the first character at or after `at` that is neither blank nor part of a comment. */
export function skipBlank(text: string, at: number, end: number): number {
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code < 128 && classes[code] === BLANK) {
      at++;
    } else if (code === 45 && text.charCodeAt(at + 1) === 45) {
      at = endOfLine(text, at + 2, end);
    } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
      at = endOfBlockComment(text, at + 2, end);
    } else {
      return at;
    }
  }
  return end;
}

function endOfLine(text: string, at: number, end: number): number {
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
    at++;
  }
  return end;
}

/** Block comments nest in Postgres. An unterminated one runs to the end. */
function endOfBlockComment(text: string, at: number, end: number): number {
  let depth = 1;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 42 && text.charCodeAt(at + 1) === 47) {
      at += 2;
      depth--;
      if (depth === 0) return at;
    } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
      at += 2;
      depth++;
    } else {
      at++;
    }
  }
  return end;
}
