import { parseSync } from 'libpg-query';
import { describe, expect, it } from 'vitest';
import { loadParser, StatementCache, valuesOf } from '../../src/sql/index.ts';
import { PARAMETERS } from './summary.ts';

await loadParser();

// biome-ignore lint/suspicious/noExplicitAny: the tree is read here without the types that the analysis relies on
type Tree = any;

/**
 * Every `column = value`, `in` and `= any(array[…])` of a text by Postgres's parser alone, with the values read at
 * its byte locations: an account of the same facts that shares nothing with the lexer, the slots or the
 * canonical statement.
 */
function comparisons(text: string): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  const valueAt = (node: Tree): string | null => {
    if (node.TypeCast) return valueAt(node.TypeCast.arg);
    if (node.ParamRef) return PARAMETERS[node.ParamRef.number - 1] ?? null;
    const constant = node.A_Const;
    if (!constant || constant.isnull || constant.boolval) return null;
    // The location must be inside of the text and at the literal (after its minus sign or at it).
    expect(bytes.subarray(constant.location).toString()).toMatch(/^(?:[-+.\d'$]|[a-z]&?')/i);
    if (constant.sval) return constant.sval.sval ?? '';
    return constant.fval ? constant.fval.fval : String(constant.ival.ival ?? 0);
  };
  const columnAt = (node: Tree): string | null => {
    if (node.TypeCast) return columnAt(node.TypeCast.arg);
    return node.ColumnRef ? node.ColumnRef.fields.at(-1).String.sval : null;
  };
  const visit = (node: Tree): void => {
    if (node === null || typeof node !== 'object') return;
    const expression = node.A_Expr;
    if (expression?.name?.[0]?.String?.sval === '=' && expression.lexpr && expression.rexpr) {
      const { kind, lexpr, rexpr } = expression;
      if (kind === 'AEXPR_OP') {
        const lefts = lexpr.RowExpr?.args ?? [lexpr];
        const rights = rexpr.RowExpr?.args ?? [rexpr];
        const columns = lefts.map((each: Tree, i: number) => columnAt(each) ?? columnAt(rights[i]));
        const tuple = lefts.map((each: Tree, i: number) => valueAt(rights[i]) ?? valueAt(each));
        if (!columns.includes(null) && !tuple.includes(null)) found.push(`${columns}: ${tuple}`);
      } else if (kind === 'AEXPR_IN' || rexpr.A_ArrayExpr) {
        const columns = (lexpr.RowExpr?.args ?? [lexpr]).map(columnAt);
        const elements: Tree[] = rexpr.List?.items ?? rexpr.A_ArrayExpr.elements;
        const tuples = elements.map((each) => (each.RowExpr?.args ?? [each]).map(valueAt).join(','));
        found.push(`${columns}: ${tuples.join(' | ')}`);
      }
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(text));
  return found.sort();
}

const cache = new StatementCache();

function ours(text: string): string[] {
  const statement = cache.read(text);
  const { predicates } = cache.analysisOf(statement.shape);
  return predicates
    .map((predicate) => {
      const tuples = valuesOf(statement, predicate, PARAMETERS).map((tuple) => tuple.join(','));
      return `${predicate.columns.map(({ column }) => column)}: ${tuples.join(' | ')}`;
    })
    .sort();
}

/** A small generator of its own, so that a failure is named by its seed. */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const VALUES = [
  '$1',
  '$7',
  '5',
  '-5',
  '- 17',
  '1.25',
  "'a'",
  "'it''s é😀'",
  "e'x\\'y'",
  '$$d"q$$',
  '$é$ü$é$',
  "U&'\\00e9'",
  "'3'::int",
  '$4::uuid',
  "cast('c' as text)",
  "'cont'\n  'inued'",
];
const COMMENTS = [' ', '\n', ' /* é 😀 = 4 */ ', ' -- ü in (1,2)\n'];

function statement(pick: (below: number) => number): string {
  const value = (): string => VALUES[pick(VALUES.length)] as string;
  const blank = (): string => COMMENTS[pick(COMMENTS.length)] as string;
  const several = (make: () => string): string =>
    Array.from({ length: 1 + pick(4) }, make).join(`${blank()},`);
  const condition = (): string => {
    switch (pick(7)) {
      case 0:
        return `a = ${value()}`;
      case 1:
        return `${value()} =${blank()}t."b é"`;
      case 2:
        return `c in (${several(value)})`;
      case 3:
        return `(d, e) in (${several(() => `(${value()}, ${value()})`)})`;
      case 4:
        return `(f,${blank()}g) = (${value()}, ${value()})`;
      case 5:
        return `h = any(array[${several(value)}])`;
      default:
        return `i > ${value()}`;
    }
  };
  const conditions = Array.from({ length: 1 + pick(5) }, condition).join(`${blank()}and `);
  return `select ${value()},${blank()}'ä😀' from t where ${conditions}${blank()}limit 3`;
}

const soak = process.env.COWPATH_SOAK !== undefined;
const count = soak ? 20_000 : 2_000;

describe('the values of predicates', { timeout: soak ? 600_000 : 60_000 }, () => {
  it(`are those that stand there, in ${count} statements`, () => {
    for (let seed = 1; seed <= count; seed++) {
      const text = statement(random(seed));
      expect(ours(text), `seed ${seed}: ${text}`).toEqual(comparisons(text));
    }
  });
});
