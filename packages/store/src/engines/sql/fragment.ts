/** A piece of SQL with its bound values in the order of the text. Values are never part of the text. */
export class Sql {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.strings = strings;
    this.values = values;
  }
}

/** Composes SQL: a `Sql` among the values becomes part of the text, anything else is bound. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return new Sql(strings, values);
}

/** Text of our own (quoted names, keywords); never a caller's. */
export function raw(text: string): Sql {
  return new Sql([text], []);
}

export function join(parts: readonly Sql[], separator: string): Sql {
  const strings = ['', ...parts.slice(1).map(() => separator), ''];
  return parts.length === 0 ? raw('') : new Sql(strings, parts);
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /**
   * Planned anew each time, for the values at hand: what is best for a query depends on how common they are.
   * Without it a driver may keep the statement prepared.
   */
  readonly planned?: boolean;
}

/** One statement run once for every row of values, where a driver does that fastest. */
export interface Repeated {
  readonly text: string;
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Statements that are known before any of them has run: a driver may send them at once; they run in order. They
 * give the rows of the last one.
 */
export interface Together {
  readonly statements: readonly (Statement | Repeated)[];
  /** The program asks for nothing after them: a driver that commits next may send that along. */
  readonly last: boolean;
}

export type RowData = Record<string, unknown>;

/**
 * A computation that asks for statements to be run and gets their rows: the same code for a driver that
 * answers at once (SQLite) and for one that is awaited (Postgres).
 */
export type Program<T> = Generator<Statement | Repeated | Together, T, RowData[]>;

export function* run(text: string, values: readonly unknown[] = []): Program<RowData[]> {
  return yield { text, values };
}

/** As `run`, for statements whose plan depends on their values. */
export function* runPlanned({ text, values }: Statement): Program<RowData[]> {
  return yield { text, values, planned: true };
}

/** Runs statements in order, as one request where a driver can; the rows of the last one. */
export function* runAll(statements: readonly Statement[]): Program<RowData[]> {
  return yield { statements, last: false };
}

/**
 * Collects the statements of a program that needs no rows, and asks for all of them together.
 * @param last whether whoever calls this asks for nothing after them
 */
export function* together(program: Program<void>, last: boolean): Program<void> {
  const statements: (Statement | Repeated)[] = [];
  for (let step = program.next([]); !step.done; step = program.next([])) {
    if ('statements' in step.value) statements.push(...step.value.statements);
    else statements.push(step.value);
  }
  if (statements.length > 0) yield { statements, last };
}

export function render(fragment: Sql, placeholder: (index: number) => string): Statement {
  const values: unknown[] = [];
  const text: string[] = [];
  const add = (piece: Sql): void => {
    text.push(piece.strings[0]!);
    for (const [i, value] of piece.values.entries()) {
      if (value instanceof Sql) {
        add(value);
      } else {
        values.push(value);
        text.push(placeholder(values.length));
      }
      text.push(piece.strings[i + 1]!);
    }
  };
  add(fragment);
  return { text: text.join(''), values };
}
