import { skipBlank } from './characters.ts';
import type { Occurrence } from './lexed.ts';
import { continuation, endOfDollarTag, endOfSegment, endOfString } from './tokens.ts';

/** Digits that an exponent is written out to; a larger one is left as the program wrote it. */
const EXPONENT_MAX = 400;

/**
 * The value of a literal in the database's text form: what `select <literal>::text` would print, for strings
 * and numbers; the bits of a bit string. The type it is compared with may print it otherwise (a uuid in upper
 * case, a date in another style): that is known only with the catalog. Never throws.
 */
export function literalText(text: string, literal: Occurrence): string {
  const { body, end } = literal;
  switch (literal.kind) {
    case 'number': {
      const number = numberText(text.slice(body, end));
      return body > literal.start && !/^[0.]*$/.test(number) ? `-${number}` : number;
    }
    case 'string':
      return plain(text, body, end);
    case 'national':
      return plain(text, body + 1, end);
    case 'escape':
      return withoutEscapes(segments(text, text.charCodeAt(body) === 39 ? body : body + 1, end, true));
    case 'unicode':
      return unicode(text, body, end);
    case 'bits':
      return plain(text, body + 1, end);
    case 'hex':
      return [...plain(text, body + 1, end)].map(nibble).join('');
    case 'dollar': {
      const open = endOfDollarTag(text, body, end);
      const tag = open - body;
      return text.slice(
        open,
        text.endsWith(text.slice(body, open), end) && end - tag >= open ? end - tag : end,
      );
    }
    case 'parameter':
      return text.slice(body, end);
  }
}

/** A whole number without leading zeros, underscores or another base; a fraction with a digit before its point; no exponent. */
function numberText(written: string): string {
  const digits = written.replaceAll('_', '').toLowerCase();
  if (/^0[xob][0-9a-f]+$/.test(digits)) {
    try {
      return BigInt(digits).toString();
    } catch {
      return digits;
    }
  }
  const parts = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/.exec(digits);
  if (!parts) return digits;
  const exponent = Number(parts[3] ?? 0);
  if (Math.abs(exponent) > EXPONENT_MAX) return digits;
  let whole = parts[1] ?? '';
  let fraction = parts[2] ?? '';
  if (exponent > 0) {
    whole += fraction.slice(0, exponent).padEnd(exponent, '0');
    fraction = fraction.slice(exponent);
  } else if (exponent < 0) {
    const all = whole.padStart(1 - exponent, '0');
    fraction = all.slice(exponent) + fraction;
    whole = all.slice(0, exponent);
  }
  whole = whole.replace(/^0+(?=\d)/, '');
  return (whole === '' ? '0' : whole) + (fraction === '' ? '' : `.${fraction}`);
}

function plain(text: string, quote: number, end: number): string {
  const content = segments(text, quote, end, false);
  return content.includes("'") ? content.replaceAll("''", "'") : content;
}

/** What stands between the quotes, with the continuations on later lines joined on. */
function segments(text: string, quote: number, end: number, backslash: boolean): string {
  let content = '';
  for (let open = quote; open >= 0 && open < end; ) {
    const close = endOfSegment(text, open, end, backslash);
    content += text.slice(open + 1, text.charCodeAt(close - 1) === 39 ? close - 1 : close);
    open = continuation(text, close, end);
  }
  return content;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function withoutEscapes(content: string): string {
  if (!content.includes('\\') && !content.includes("'")) return content;
  return content.replace(
    /''|\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (match, hex, short, long, octal, other) => {
      if (match === "''") return "'";
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (other !== undefined) return ESCAPES[other] ?? other;
      return codePoint(short ?? long, match);
    },
  );
}

/** `U&'d\0061t\+000061'`, with another escape character after `uescape`. */
function unicode(text: string, body: number, end: number): string {
  const quote = body + 2;
  const close = endOfString(text, quote, end, false);
  const escaped = skipBlank(text, skipBlank(text, close, end) + 'uescape'.length, end);
  const mark = close < end && text.charCodeAt(escaped) === 39 ? text.charAt(escaped + 1) : '\\';
  const quoted = mark.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  const pattern = new RegExp(`${quoted}(?:${quoted}|([0-9a-fA-F]{4})|\\+([0-9a-fA-F]{6}))`, 'g');
  return plain(text, quote, close).replace(pattern, (match, short, long) =>
    short === undefined && long === undefined ? mark : codePoint(short ?? long, match),
  );
}

/** The character of a hexadecimal code; what was written, where there is none. Halves of surrogate pairs join by themselves. */
function codePoint(hex: string, written: string): string {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}

function nibble(digit: string): string {
  const value = Number.parseInt(digit, 16);
  return Number.isNaN(value) ? '' : value.toString(2).padStart(4, '0');
}
