import { type Datatype, datatypes, isDatatype } from '../model/datatypes.ts';
import { didYouMean } from '../suggest.ts';
import { syntaxError, type Token, tokensOf } from './tokens.ts';

/** `type property,datatype table`: where values go. `*` stands for any; null here. First match wins. */
export interface Rule {
  readonly type: string | null;
  readonly property: string | null;
  readonly datatype: Datatype | null;
  /** May hold one `*`, which becomes the datatype. */
  readonly table: string;
  readonly place: string;
}

/** A column of a projection. `datatype` null: to be taken from the type's schema. */
interface ColumnSpec {
  readonly property: string;
  readonly datatype: Datatype | null;
  readonly list: boolean | null;
  readonly place: string;
}

/** `type (p1, p2 …) table`: one row a thing (or one an element of its list). */
export interface ProjectionSpec {
  readonly type: string;
  readonly columns: readonly ColumnSpec[];
  readonly table: string;
  readonly place: string;
}

/** `index table (p1, p2 …)`: a composite index over columns of a projection. */
export interface IndexSpec {
  readonly table: string;
  readonly columns: readonly string[];
  readonly place: string;
}

export type LayoutKind = 'existing' | 'by-datatype' | 'by-type' | 'custom';
const layoutKinds: readonly LayoutKind[] = ['existing', 'by-datatype', 'by-type', 'custom'];

export interface LayoutSpec {
  readonly kind: LayoutKind;
  /** For by-type: the types that get tables of their own. */
  readonly types: readonly string[];
  readonly rules: readonly Rule[];
  readonly projections: readonly ProjectionSpec[];
  readonly indexes: readonly IndexSpec[];
}

/**
 * Reads a layout file. One statement a line:
 *
 *     layout existing | by-datatype | by-type TYPE … | custom
 *     TYPE PROPERTY TABLE_*
 *     TYPE PROPERTY,DATATYPE TABLE
 *     TYPE (PROPERTY[:DATATYPE][[]], …) TABLE
 *     index TABLE (PROPERTY, …)
 *
 * @throws STORE_LAYOUT_SYNTAX whose message and path start with `file:line:column`
 */
export function parseSpec(source: string, file = 'layout'): LayoutSpec {
  const reader = new SpecReader(file);
  for (const [i, line] of source.split(/\r?\n/).entries()) reader.line(line, i + 1);
  return reader.finish();
}

/** Columns of an index, so that its rows fit: digests of 16 bytes, one text of 2,048, a key of 512 (Postgres: 2,704). */
const columns_max = 6;

class SpecReader {
  readonly #file: string;
  #line = 0;
  #tokens: Token[] = [];
  #at = 0;
  #end = 1;
  #kind: LayoutKind | undefined;
  #types: string[] = [];
  #rules: Rule[] = [];
  #projections: ProjectionSpec[] = [];
  #indexes: IndexSpec[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  line(text: string, number: number): void {
    this.#line = number;
    this.#end = text.trimEnd().length + 1;
    this.#tokens = tokensOf(text, (column) => this.#place(column));
    this.#at = 0;
    const first = this.#tokens[0];
    if (first === undefined) return;
    if (first.kind === 'word' && first.text === 'layout') this.#readKind(first);
    else if (first.kind === 'word' && first.text === 'index') this.#readIndex(first);
    else this.#readRule(first);
    const extra = this.#tokens[this.#at];
    if (extra !== undefined)
      throw this.#error(extra, `unexpected ${JSON.stringify(extra.text)} after the end of the statement`);
  }

  finish(): LayoutSpec {
    const kind = this.#kind ?? 'custom';
    const first = this.#rules[0] ?? this.#projections[0] ?? this.#indexes[0];
    if (first !== undefined && kind === 'existing') {
      throw syntaxError(
        first.place,
        'the layout existing has one table and takes no rules; use layout custom',
      );
    }
    return {
      kind,
      types: this.#types,
      rules: this.#rules,
      projections: this.#projections,
      indexes: this.#indexes,
    };
  }

  #readKind(keyword: Token): void {
    this.#at++;
    if (this.#kind !== undefined) throw this.#error(keyword, 'the layout is named twice');
    if (this.#rules.length + this.#projections.length + this.#indexes.length > 0) {
      throw this.#error(keyword, 'the line "layout …" must come first');
    }
    const word = this.#word('one of existing, by-datatype, by-type, custom');
    const kind = layoutKinds.find((known) => known === word.text);
    if (kind === undefined) {
      throw this.#error(
        word,
        `unknown layout ${JSON.stringify(word.text)}${didYouMean(word.text, layoutKinds)} Known: ${layoutKinds.join(', ')}`,
      );
    }
    this.#kind = kind;
    if (kind !== 'by-type') return;
    do this.#types.push(this.#word('a type').text);
    while (this.#tokens[this.#at] !== undefined);
  }

  #readRule(first: Token): void {
    const type = this.#word('a type');
    if (this.#tokens[this.#at]?.text === '(') {
      this.#readProjection(type);
      return;
    }
    const property = this.#word('a property, * or (');
    let datatype: Datatype | null = null;
    if (this.#skip(',')) {
      const word = this.#word('a datatype');
      if (word.text !== '*') datatype = this.#datatype(word);
    }
    const table = this.#table(datatype === null);
    this.#rules.push({
      type: any(type),
      property: any(property),
      datatype,
      table: table.text,
      place: this.#place(first.column),
    });
  }

  #readProjection(type: Token): void {
    if (any(type) === null) throw this.#error(type, 'a projection belongs to one type, not to *');
    const columns: ColumnSpec[] = [];
    this.#columns((word) => {
      let datatype: Datatype | null = null;
      let list: boolean | null = null;
      if (this.#skip(':')) {
        datatype = this.#datatype(this.#word('a datatype'));
        list = false;
      }
      if (this.#skip('[')) {
        this.#mark(']');
        list = true;
      }
      if (columns.some(({ property }) => property === word.text))
        throw this.#error(word, `${word.text} is listed twice`);
      columns.push({ property: word.text, datatype, list, place: this.#place(word.column) });
    });
    this.#checkWidth(type, columns.length);
    const table = this.#table(false);
    const taken = this.#projections.find((other) => other.table === table.text);
    if (taken !== undefined)
      throw this.#error(table, `the table ${table.text} is already a projection (${taken.place})`);
    this.#projections.push({ type: type.text, columns, table: table.text, place: this.#place(type.column) });
  }

  #readIndex(keyword: Token): void {
    this.#at++;
    const table = this.#word('the table of a projection');
    const projection = this.#projections.find((known) => known.table === table.text);
    if (projection === undefined) {
      const known = this.#projections.map((it) => it.table);
      throw this.#error(
        table,
        `there is no projection ${JSON.stringify(table.text)} above this line${didYouMean(table.text, known)}`,
      );
    }
    const columns: string[] = [];
    this.#columns((word) => {
      const known = projection.columns.map(({ property }) => property);
      if (!known.includes(word.text)) {
        throw this.#error(
          word,
          `${table.text} has no column ${JSON.stringify(word.text)}${didYouMean(word.text, known)} Known: ${known.join(', ')}`,
        );
      }
      if (columns.includes(word.text)) throw this.#error(word, `${word.text} is listed twice`);
      columns.push(word.text);
    });
    this.#checkWidth(table, columns.length);
    this.#indexes.push({ table: table.text, columns, place: this.#place(keyword.column) });
  }

  #checkWidth(at: Token, columns: number): void {
    if (columns <= columns_max) return;
    throw this.#error(at, `an index has at most ${columns_max} columns, got ${columns}`);
  }

  /** `( word … , word … )` */
  #columns(read: (word: Token) => void): void {
    this.#mark('(');
    do read(this.#word('a property'));
    while (this.#skip(','));
    this.#mark(')');
  }

  #table(star: boolean): Token {
    const token = this.#word(star ? 'a table such as edition_*' : 'a table');
    const pattern = star ? /^[a-z][a-z0-9_]{0,40}\*[a-z0-9_]{0,20}$/ : /^[a-z][a-z0-9_]{0,50}$/;
    if (star && !token.text.includes('*')) {
      throw this.#error(
        token,
        `the table ${JSON.stringify(token.text)} would hold every datatype: write ${token.text}_*, or give the datatype after the property (title,str)`,
      );
    }
    if (!star && token.text.includes('*')) {
      throw this.#error(
        token,
        `the datatype is given, so the table must not contain *: ${JSON.stringify(token.text)}`,
      );
    }
    if (!pattern.test(token.text)) {
      throw this.#error(
        token,
        `a table's name has small letters, digits and _ only, and starts with a letter: ${JSON.stringify(token.text)}`,
      );
    }
    return token;
  }

  #datatype(token: Token): Datatype {
    if (isDatatype(token.text)) return token.text;
    throw this.#error(
      token,
      `unknown datatype ${JSON.stringify(token.text)}${didYouMean(token.text, datatypes)} Known: ${datatypes.join(', ')}`,
    );
  }

  #word(expected: string): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined)
      throw syntaxError(this.#place(this.#end), `expected ${expected}, found the end of the line`);
    if (token.kind === 'mark') throw this.#error(token, `expected ${expected}, found ${token.text}`);
    this.#at++;
    return token;
  }

  #mark(mark: string): void {
    if (this.#skip(mark)) return;
    const token = this.#tokens[this.#at];
    throw syntaxError(
      this.#place(token?.column ?? this.#end),
      `expected ${mark}, found ${token === undefined ? 'the end of the line' : JSON.stringify(token.text)}`,
    );
  }

  #skip(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at++;
    return true;
  }

  #place(column: number): string {
    return `${this.#file}:${this.#line}:${column}`;
  }

  #error(token: Token, message: string): Error {
    return syntaxError(this.#place(token.column), message);
  }
}

function any(token: Token): string | null {
  return token.kind === 'word' && token.text === '*' ? null : token.text;
}
