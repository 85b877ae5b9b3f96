import { BLANK, classOf, continuesWord, DIGIT, OPERATOR, skipBlank, WORD_START } from './characters.ts';
import { type Frame, PLAIN } from './frame.ts';
import { withoutGeneratedNames } from './generated-names.ts';
import { BEFORE_VALUE, QUERY_WORDS, SPACED } from './keywords.ts';
import {
  KEY_CHARACTERS_MAX,
  type Lexed,
  type LexOptions,
  LIST_MARK,
  LITERAL_MARK,
  type LiteralKind,
  type Occurrence,
  PARAMETER_MARK,
  TEXT_CHARACTERS_MAX,
  TRUNCATED_MARK,
} from './lexed.ts';
import { endOfDollarQuote, endOfNumber, endOfQuoted, endOfString } from './tokens.ts';

/** Lists within lists that are collapsed; deeper ones are left as written. */
const LIST_DEPTH_MAX = 8;
/** Characters of an operator, as Postgres allows (NAMEDATALEN). */
const OPERATOR_CHARACTERS_MAX = 63;
/** Distinct forms of element of one list that are searched for an equal one. */
const FORMS_SEARCHED_MAX = 64;

/**
 * Takes a statement apart in one pass over its text. Never throws; time is linear in the length of the text.
 *
 * In the key, words that are not quoted are in lower case, tokens are set apart by fixed rules whatever the
 * white space, comments are gone, and no character comes from a literal. In a list (`in (…)`, `array[…]`,
 * `values (…), (…)`) each form of element stands once, in the order of first appearance: `in (?, ?, ?)` is
 * `in (?)`; `values (?, null), (?, ?), (?, null)` is `values (?, null), (?, ?)`.
 */
export function lex(text: string, options: LexOptions = {}): Lexed {
  return new Lexer(text, options.backslashQuotes === true).run();
}

/** What the last token was, for spacing and for telling a minus sign from a subtraction. */
const START = 0;
const WORD = 1;
const VALUE = 2;
const OPEN = 3;
const CLOSE = 4;
const COMMA = 5;
const DOT = 6;
const CAST = 7;
const SYMBOL = 8;

// One object a text, fields instead of closures: this runs on every statement of a program whose ORM inlines
// literals (bench/sql.ts). Its parts all read and move the same state, so they stay in one file.
class Lexer {
  private readonly text: string;
  private readonly end: number;
  private readonly backslashQuotes: boolean;
  private readonly occurrences: Occurrence[] = [];
  private readonly listLengths: number[] = [];
  private readonly frames: Frame[] = [];
  private key = '';
  /** Characters appended to keys, less those of dropped elements. */
  private kept = 0;
  private slots = 0;
  private listDepth = 0;
  private list = -1;
  private row = 0;
  private previous = START;
  /** The last token when it was a word without quotes, else empty. */
  private word = '';

  constructor(text: string, backslashQuotes: boolean) {
    this.text = text;
    this.end = Math.min(text.length, TEXT_CHARACTERS_MAX);
    this.backslashQuotes = backslashQuotes;
  }

  run(): Lexed {
    const { text, end } = this;
    let at = 0;
    while (at < end && this.kept <= KEY_CHARACTERS_MAX) at = this.token(at, text.charCodeAt(at));
    const truncated = at < text.length || this.kept > KEY_CHARACTERS_MAX;
    while (this.frames.length > 0) this.leave('');
    const key = withoutGeneratedNames(this.key);
    return {
      key: truncated ? `${key.slice(0, KEY_CHARACTERS_MAX)} ${TRUNCATED_MARK}` : key,
      occurrences: truncated ? [] : this.occurrences,
      slots: truncated ? 0 : this.slots,
      listLengths: truncated ? [] : this.listLengths,
      truncated,
    };
  }

  /** Reads the token at `at`, and returns where the next one may begin. */
  private token(at: number, code: number): number {
    const { text, end } = this;
    switch (classOf(code)) {
      case BLANK:
        return at + 1;
      case WORD_START:
        return this.wordAt(at, code);
      case DIGIT:
        return this.value('number', 0, at, at, endOfNumber(text, at, end));
      case OPERATOR:
        return this.operator(at, code);
    }
    switch (code) {
      case 39:
        return this.string(this.backslashQuotes ? 'escape' : 'string', at, at, this.backslashQuotes);
      case 34:
        return this.quoted(at, at);
      case 36:
        return this.dollar(at);
      case 40:
        return this.open(at, '(');
      case 91:
        return this.open(at, '[');
      case 41:
        return this.close(at, ')');
      case 93:
        return this.close(at, ']');
      case 44:
        return this.comma(at);
      case 46:
        if (classOf(text.charCodeAt(at + 1)) === DIGIT && at + 1 < end)
          return this.value('number', 0, at, at, endOfNumber(text, at, end));
        return this.put('.', DOT, false, at + 1);
      case 58:
        if (text.charCodeAt(at + 1) === 58) return this.put('::', CAST, false, at + 2);
        if (text.charCodeAt(at + 1) === 61) return this.put(':=', SYMBOL, true, at + 2);
        return this.put(':', SYMBOL, true, at + 1);
      case 59:
        return this.put(';', SYMBOL, false, at + 1);
      default:
        return this.put(text.charAt(at), SYMBOL, true, at + 1);
    }
  }

  /** Appends a token to the key, set off by a space unless one of its neighbours wants none. */
  private put(token: string, kind: number, spaced: boolean, next: number): number {
    const { previous } = this;
    if (spaced && previous !== START && previous !== OPEN && previous !== DOT && previous !== CAST) {
      this.key += ' ';
      this.kept++;
    }
    this.key += token;
    this.kept += token.length;
    this.previous = kind;
    this.word = '';
    return next;
  }

  private wordAt(at: number, first: number): number {
    const { text, end } = this;
    const second = text.charCodeAt(at + 1);
    if (second === 39 || second === 38) {
      const kind = first | 32;
      if (second === 39) {
        if (kind === 101) return this.string('escape', at, at + 1, true);
        if (kind === 98) return this.string('bits', at, at + 1, false);
        if (kind === 120) return this.string('hex', at, at + 1, false);
        if (kind === 110) return this.string('national', at, at + 1, this.backslashQuotes);
      } else if (kind === 117) {
        const third = text.charCodeAt(at + 2);
        if (third === 39) return this.unicodeString(at);
        if (third === 34) return this.unicodeQuoted(at);
      }
    }
    let i = at + 1;
    let upper = first < 97 && first > 64 && first !== 95;
    while (i < end) {
      const code = text.charCodeAt(i);
      if (!continuesWord(code)) break;
      if (code < 91 && code > 64) upper = true;
      i++;
    }
    let word = text.slice(at, i);
    // Postgres folds ASCII letters only, in an encoding of several bytes.
    if (upper) word = word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    this.put(word, WORD, true, i);
    this.word = word;
    if (word === 'values') return this.values(i);
    return i;
  }

  private quoted(at: number, quote: number): number {
    const next = endOfQuoted(this.text, quote, this.end);
    const token = this.text.slice(at, next);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no character may pass for a mark of the key
    return this.put(token.replace(/[\u0000-\u001f]/g, ' '), WORD, true, next);
  }

  private string(kind: LiteralKind, at: number, quote: number, backslash: boolean): number {
    return this.value(kind, 0, at, at, endOfString(this.text, quote, this.end, backslash));
  }

  private unicodeString(at: number): number {
    const next = endOfString(this.text, at + 2, this.end, false);
    return this.value('unicode', 0, at, at, Math.max(next, this.endOfEscapeClause(next)));
  }

  private unicodeQuoted(at: number): number {
    const next = this.quoted(at, at + 2);
    const clause = this.endOfEscapeClause(next);
    if (clause < 0) return next;
    // The escape character is part of the name, and nothing else between the quotes is.
    this.key += ` uescape '${this.text.slice(clause - 2, clause - 1).replace(/[^\u0020-\u007e]/, ' ')}'`;
    return clause;
  }

  /** The end of `uescape 'c'` at or after `at`; -1 where there is none. */
  private endOfEscapeClause(at: number): number {
    const { text, end } = this;
    const clause = skipBlank(text, at, end);
    if (text.slice(clause, clause + 7).toLowerCase() !== 'uescape') return -1;
    const quote = skipBlank(text, clause + 7, end);
    return /^'[^'"+\s\da-f]'/i.test(text.slice(quote, quote + 3)) && quote + 3 <= end ? quote + 3 : -1;
  }

  private dollar(at: number): number {
    const { text, end } = this;
    if (classOf(text.charCodeAt(at + 1)) === DIGIT) {
      let next = at + 1;
      let parameter = 0;
      while (next < end && continuesWord(text.charCodeAt(next))) {
        parameter = parameter * 10 + (text.charCodeAt(next) - 48);
        next++;
      }
      return this.value('parameter', Number.isSafeInteger(parameter) ? parameter : -1, at, at, next);
    }
    const next = endOfDollarQuote(text, at, end);
    return next < 0 ? this.put('$', SYMBOL, true, at + 1) : this.value('dollar', 0, at, at, next);
  }

  private value(
    kind: Occurrence['kind'],
    parameter: number,
    start: number,
    body: number,
    end: number,
  ): number {
    this.occurrences.push({
      slot: this.slots++,
      kind,
      parameter,
      start,
      body,
      end,
      list: this.list,
      row: this.row,
      nested: this.listDepth > 1,
    });
    return this.put(kind === 'parameter' ? PARAMETER_MARK : LITERAL_MARK, VALUE, true, end);
  }

  private operator(at: number, first: number): number {
    const { text, end } = this;
    const second = text.charCodeAt(at + 1);
    if ((first === 45 && second === 45) || (first === 47 && second === 42)) return skipBlank(text, at, end);
    let next = at + 1;
    const longest = Math.min(end, at + OPERATOR_CHARACTERS_MAX);
    while (next < longest && classOf(text.charCodeAt(next)) === OPERATOR && !startsComment(text, next))
      next++;
    // `=-5` is `= -5`: an operator ends in a sign only if it holds one of these characters.
    if (next - at > 1 && !/[~!@#%^&|`?]/.test(text.slice(at, next))) {
      while (next - at > 1 && isSign(text.charCodeAt(next - 1))) next--;
    }
    if (first === 45 && next === at + 1 && this.minusIsUnary()) {
      const body = skipBlank(text, next, end);
      const code = text.charCodeAt(body);
      if (
        body < end &&
        (classOf(code) === DIGIT || (code === 46 && classOf(text.charCodeAt(body + 1)) === DIGIT))
      ) {
        return this.value('number', 0, at, body, endOfNumber(text, body, end));
      }
    }
    const token = text.slice(at, next);
    return this.put(token, SYMBOL, true, next);
  }

  private minusIsUnary(): boolean {
    switch (this.previous) {
      case WORD:
        return BEFORE_VALUE.has(this.word);
      case VALUE:
      case CLOSE:
      case DOT:
      case CAST:
        return false;
      default:
        return true;
    }
  }

  private open(at: number, token: '(' | '['): number {
    const { word } = this;
    const after =
      this.previous === WORD ? word !== '' && SPACED.has(word) && token === '(' : this.previous >= COMMA;
    const list =
      token === '(' ? word === 'in' && !QUERY_WORDS.has(this.wordFollowing(at + 1)) : word === 'array';
    this.put(token, OPEN, after, at + 1);
    if (list) this.enter('list');
    else this.frames.push(PLAIN);
    return at + 1;
  }

  /** The word at or after `at` in lower case; empty when something else comes first. */
  private wordFollowing(at: number): string {
    const start = skipBlank(this.text, at, this.end);
    let next = start;
    while (next < this.end && next - start < 8 && continuesWord(this.text.charCodeAt(next))) next++;
    return this.text.slice(start, next).toLowerCase();
  }

  private values(at: number): number {
    const next = skipBlank(this.text, at, this.end);
    if (this.text.charCodeAt(next) !== 40 || this.listDepth >= LIST_DEPTH_MAX) return next;
    this.key += ' ';
    this.kept++;
    this.enter('values');
    return next;
  }

  private enter(kind: 'list' | 'values'): void {
    if (this.listDepth >= LIST_DEPTH_MAX) {
      this.frames.push(PLAIN);
      return;
    }
    if (this.listDepth === 0) {
      this.list = this.listLengths.length;
      this.row = 0;
      this.listLengths.push(0);
    }
    this.listDepth++;
    this.frames.push({
      kind,
      outer: this.key,
      forms: [],
      formSlots: [],
      occurrencesBefore: this.occurrences.length,
      slotStart: this.slots,
      occurrenceStart: this.occurrences.length,
    });
    this.key = '';
    this.previous = START;
    this.word = '';
  }

  private comma(at: number): number {
    const frame = this.frames.at(-1);
    if (frame?.kind === 'list') {
      this.endElement(frame);
      return at + 1;
    }
    return this.put(',', COMMA, false, at + 1);
  }

  private close(at: number, token: ')' | ']'): number {
    while (this.frames.at(-1)?.kind === 'values') this.leave('');
    if (this.frames.length > 0) this.leave(token);
    else this.put(token, CLOSE, false, at + 1);
    let next = at + 1;
    const frame = this.frames.at(-1);
    if (frame?.kind === 'values') {
      next = skipBlank(this.text, next, this.end);
      const row = this.text.charCodeAt(next) === 44 ? skipBlank(this.text, next + 1, this.end) : -1;
      if (row >= 0 && this.text.charCodeAt(row) === 40) {
        this.endElement(frame);
        return row;
      }
      this.leave('');
    }
    return next;
  }

  /** Leaves the innermost frame, with the bracket that closes it (empty where the text gives none). */
  private leave(token: ')' | ']' | ''): void {
    const frame = this.frames.pop() as Frame;
    if (frame.kind !== 'plain') {
      this.endElement(frame);
      const holdsValues = this.occurrences.length > frame.occurrencesBefore;
      this.key = frame.outer + frame.forms.join(', ') + (holdsValues ? LIST_MARK : '');
      this.listDepth--;
      if (this.listDepth === 0) {
        this.list = -1;
        this.row = 0;
      }
      this.previous = CLOSE;
    }
    if (token !== '') this.put(token, CLOSE, false, 0);
  }

  /** Keeps the element that ends here if it is the first of its form, else gives its values to the slots of that one. */
  private endElement(frame: Frame): void {
    const { forms, formSlots } = frame;
    const form = this.key;
    const known = forms.indexOf(form);
    if (known >= 0) {
      const shift = (formSlots[known] as number) - frame.slotStart;
      for (let i = frame.occurrenceStart; i < this.occurrences.length; i++) {
        (this.occurrences[i] as Occurrence).slot += shift;
      }
      this.slots = frame.slotStart;
      this.kept -= form.length;
    } else if (forms.length < FORMS_SEARCHED_MAX) {
      forms.push(form);
      formSlots.push(frame.slotStart);
    } else {
      forms[FORMS_SEARCHED_MAX] =
        forms.length > FORMS_SEARCHED_MAX ? `${forms[FORMS_SEARCHED_MAX]}, ${form}` : form;
      formSlots[FORMS_SEARCHED_MAX] = frame.slotStart;
    }
    if (this.listDepth === 1) {
      (this.listLengths[this.list] as number)++;
      this.row++;
    }
    frame.slotStart = this.slots;
    frame.occurrenceStart = this.occurrences.length;
    this.key = '';
    this.previous = START;
    this.word = '';
  }
}

function isSign(code: number): boolean {
  return code === 43 || code === 45;
}

function startsComment(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return (code === 45 && next === 45) || (code === 47 && next === 42);
}
