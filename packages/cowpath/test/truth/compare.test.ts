import { type Evidence, ProfileBuilder, type Reference } from '@cowpath/profile';
import { describe, expect, test } from 'vitest';
import { compare, type PageResult } from './compare/compare.ts';
import { explain, table } from './compare/print.ts';
import { Truth } from './truth/truth.ts';

const entity = (name: string) => ({ database: 'db', schema: 'public', table: name });
const OBSERVED = { repeats: 0, failed: 0, time_ns: 1000, wait_ns: 0 };
const SURE: Evidence = {
  tested: 8,
  explained: 8,
  log_ratio: 20,
  signatures: 4,
  siblings: 8,
  followed: 8,
  values: 8,
};

function reference(from_column: string, or_columns: readonly (readonly string[])[] = []): Reference {
  const [from, to] = [entity('article'), entity('person')];
  const shape = { via: null, holder: 'from', many: false, known_by: 'foreign-key' } as const;
  return { from, from_columns: [from_column], to, to_columns: ['id'], ...shape, or_columns };
}

/** A profile of four articles, each follow with four queries. */
function profileOf(...follows: readonly (readonly [Reference, Evidence])[]): ProfileBuilder {
  const builder = new ProfileBuilder();
  const page = builder.context(['page']);
  const origin = builder.origin(page, {
    kind: 'query',
    entity: entity('article'),
    by: ['section_id'],
    order: ['id'],
  });
  origin.use(['page']).observe({ queries: 1, objects: 4, ...OBSERVED });
  for (const [one, evidence] of follows) {
    const step = builder.follow(page, origin, one);
    step.use(['page']).observe({ queries: 4, objects: 4, ...OBSERVED });
    step.addEvidence(evidence);
  }
  return builder;
}

function compared(builder: ProfileBuilder, ...references: readonly string[]): PageResult {
  const truth = new Truth();
  const page = truth.context(['page']);
  const articles = page.query('article', ['section_id'], 4);
  for (const one of references) for (let i = 0; i < 4; i++) page.follow(articles, one, 1);
  const told = { pages: [{ root: 'page', shows: 'test', requests: 1 }], records: truth.records() };
  return compare(told, builder)[0]!;
}

const AUTHOR = 'article.author_id -> person.id';
const EDITOR = 'article.editor_id -> person.id';

describe('compare', () => {
  test('agrees when both say the same', () => {
    const result = compared(profileOf([reference('author_id'), SURE]), AUTHOR);
    expect(result).toMatchObject({ missed: [], wrong: [], ambiguous: [], miscounted: [], coincidences: 0 });
    expect(result.occurred).toHaveLength(1);
    expect(explain([result])).toBe('');
  });

  test('names a false trail and a missed one, with both trees', () => {
    const result = compared(profileOf([reference('author_id'), SURE]), EDITOR);
    expect(result.wrong.map(({ chain }) => chain)).toEqual([[AUTHOR]]);
    expect(result.missed.map(({ chain }) => chain)).toEqual([[EDITOR]]);
    expect(explain([result])).toContain(`false       [page] query article(section_id)  =>  ${AUTHOR}`);
    expect(explain([result])).toContain(`missed      [page] query article(section_id)  =>  ${EDITOR}`);
    expect(table('t', [result]).split('\n').at(-1)).toMatch(/^all +1 +1 +0 +1 +0 +0 +0$/);
  });

  test('what is not confirmed is no trail: missed if it was true, a coincidence if not', () => {
    const unsure = { ...SURE, log_ratio: 1 };
    expect(compared(profileOf([reference('author_id'), unsure]), AUTHOR).missed).toHaveLength(1);
    expect(compared(profileOf([reference('author_id'), unsure]))).toMatchObject({
      wrong: [],
      coincidences: 8,
    });
  });

  test('notices one query more', () => {
    const builder = profileOf([reference('author_id'), SURE]);
    const [step] = builder.context(['page']).trails.values();
    [...step!.children.values()][0]!.use(['page']).observe({ queries: 1, objects: 0, ...OBSERVED });
    const [error] = compared(builder, AUTHOR).miscounted;
    expect(error).toMatchObject({ expected: { queries: 4, objects: 4 }, got: { queries: 5, objects: 4 } });
  });

  test('notices another origin and another place', () => {
    const builder = profileOf();
    const page = builder.context(['page']);
    const origin = builder.origin(page, { kind: 'query', entity: entity('article'), by: ['id'], order: [] });
    const step = builder.follow(page, origin, reference('author_id'));
    step.use(['elsewhere']).observe({ queries: 4, objects: 4, ...OBSERVED });
    step.addEvidence(SURE);
    const result = compared(builder, AUTHOR);
    expect([result.wrong.length, result.missed.length]).toEqual([1, 1]);

    const moved = profileOf([reference('editor_id'), SURE]);
    const [first] = moved.context(['page']).trails.values();
    moved
      .follow(moved.context(['page']), first!, reference('editor_id'))
      .use(['elsewhere'])
      .observe({ queries: 1, objects: 1, ...OBSERVED });
    expect(compared(moved, EDITOR).miscounted.map(({ place }) => place)).toEqual(['elsewhere']);
  });

  test('an ambiguous reference finds each of its columns, and is counted as both', () => {
    const result = compared(profileOf([reference('author_id', [['editor_id']]), SURE]), AUTHOR, EDITOR);
    expect(result.ambiguous).toHaveLength(1);
    expect(result.missed).toEqual([]);
    expect(result.miscounted[0]).toMatchObject({ expected: { queries: 8 }, got: { queries: 4 } });
  });
});
