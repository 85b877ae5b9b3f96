import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIMITS, OTHER, ProfileBuilder, parseSegment, type Step } from '../src/index.ts';
import { CERTAIN, head, origin, reference, table } from './support.ts';

const seen = { queries: 1, objects: 2, repeats: 0, failed: 0, time_ns: 1000, wait_ns: 10 };

describe('trails', () => {
  test('grow by references followed, each step once', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['GET /books']);
    expect(builder.context(['GET /books'])).toBe(context);
    const book = builder.origin(context, origin('book'));
    expect(builder.origin(context, origin('book'))).toBe(book);
    const author = builder.follow(context, book, reference('book', 'author'));
    expect(builder.follow(context, book, reference('book', 'author'))).toBe(author);
    expect(builder.follow(context, book, reference('book', 'author', 'editor_id'))).not.toBe(author);
    expect(author.parent).toBe(book);
    expect([book.level, author.level]).toEqual([1, 2]);
  });

  test('a reference that leads back to its own step stays in it', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    const child = reference('category', 'category', 'parent_id');
    const first = builder.follow(context, builder.origin(context, origin('category')), child);
    expect(builder.follow(context, first, child)).toBe(first);
  });

  test('a trail belongs to the context of its origin, its counts to the place', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['GET /']);
    const step = builder.origin(context, origin('book'));
    step.use(['GET /']).observe(seen);
    step.use(['GET /', 'sidebar']).observe(seen);
    step.use(['GET /', 'sidebar']).observe(seen);
    const { uses } = step.toRecord();
    expect(uses.map(({ place, queries }) => [place, queries])).toEqual([
      [['GET /'], 1],
      [['GET /', 'sidebar'], 2],
    ]);
  });

  test('statements stand most used first', () => {
    const builder = new ProfileBuilder();
    const step = builder.origin(builder.context(['a']), origin('book'));
    for (const hash of ['x', 'y', 'y', 'z', 'y', 'z']) step.sawStatement(hash);
    expect(step.toRecord().statements).toEqual(['y', 'z', 'x']);
  });

  test('what is built is a valid segment', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    context.ran(5000);
    const step = builder.follow(
      context,
      builder.origin(context, { kind: 'created', entity: table('book') }),
      reference('book', 'author'),
    );
    step.use(['a']).observe(seen);
    step.addEvidence(CERTAIN);
    builder.origin(context, { kind: 'opaque', because: 'several statements' });
    builder.origin(context, { kind: 'write', verb: 'merge', entity: table('book'), by: [] });
    builder.origin(context, { kind: 'query', entity: null, by: [], order: [] });
    const segment = builder.toSegment(head());
    expect(parseSegment(JSON.stringify(segment))).toEqual(segment);
  });
});

describe('limits', () => {
  const MILLION = 1_000_000;

  test('a million contexts end in one bucket', () => {
    const builder = new ProfileBuilder();
    for (let i = 0; i < MILLION; i++) builder.context([`user ${i}`]).runs++;
    expect(builder.contexts.size).toBe(LIMITS.contexts_max + 1);
    expect(builder.context([OTHER]).runs).toBe(MILLION - LIMITS.contexts_max);
  });

  test('a million origins in a context end in one bucket, and none of their queries is lost', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    for (let i = 0; i < MILLION; i++) {
      builder.origin(context, { kind: 'named', name: `origin ${i}` }).use(['a']).queries++;
    }
    expect(context.trails.size).toBe(LIMITS.steps_per_context_max + 1);
    const sum = [...context.trails.values()].reduce((all, step) => all + step.use(['a']).queries, 0);
    expect(sum).toBe(MILLION);
  });

  test('a million references from one step too', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    const book = builder.origin(context, origin('book'));
    for (let i = 0; i < MILLION; i++) {
      builder.follow(context, book, reference('book', `table ${i}`)).use(['a']).queries++;
    }
    expect(book.children.size).toBe(LIMITS.steps_per_context_max - 1);
    expect(builder.other(context).use(['a']).queries).toBe(MILLION - book.children.size);
  });

  test('a trail is at most so deep', () => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    let step: Step = builder.origin(context, origin('t0'));
    const levels = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      step = builder.follow(context, step, reference(`t${i}`, `t${i + 1}`));
      levels.add(step.level);
      if (step === builder.other(context)) break;
    }
    expect(Math.max(...levels)).toBe(LIMITS.depth_max);
    expect(step.origin).toEqual({ kind: 'named', name: OTHER });
  });

  test('a million places of one step end in one bucket', () => {
    const step = stepOfA();
    for (let i = 0; i < MILLION; i++) step.use([`place ${i}`]).queries++;
    expect(step.uses.size).toBe(LIMITS.uses_per_step_max + 1);
    expect(step.use([OTHER]).queries).toBe(MILLION - LIMITS.uses_per_step_max);
  });

  test('a million statements keep the first ones, with bounded texts', () => {
    const builder = new ProfileBuilder();
    const step = stepOfA();
    const long = 'x'.repeat(LIMITS.statement_text_length_max * 2);
    for (let i = 0; i < MILLION; i++) {
      builder.statement(`v1:${i}`, long);
      step.sawStatement(`v1:${i}`);
    }
    expect(builder.statements.size).toBe(LIMITS.statements_max);
    expect(step.statements.size).toBe(LIMITS.statements_per_step_max);
    for (const text of builder.statements.values())
      expect(text.length).toBeLessThanOrEqual(LIMITS.statement_text_length_max + 2);
  });

  test('a histogram cannot hold more buckets than there are', () => {
    const step = stepOfA();
    let value = 1;
    for (let i = 0; i < MILLION; i++) {
      value = (value * 48271) % 2147483647;
      step.use(['a']).time.record(value * 4_000_000);
    }
    expect(step.use(['a']).time.toJSON().b.length / 2).toBeLessThanOrEqual(54 * 32);
  });
});

function stepOfA(): Step {
  const builder = new ProfileBuilder();
  return builder.origin(builder.context(['a']), origin('book'));
}

describe('docs/reference/profile-format.md', () => {
  test('states the limits as they are', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/profile-format.md'), 'utf8');
    const row = (what: string): number =>
      Number(new RegExp(`\\| ${what} \\| ([\\d,]*\\d)`).exec(page)![1]!.replace(',', ''));
    expect({
      contexts_max: row('contexts'),
      steps_per_context_max: row('steps of a context'),
      depth_max: row('depth of a trail'),
      uses_per_step_max: row('places of a step'),
      statements_max: row('statements'),
      statements_per_step_max: row('statements of a step'),
      sites_per_use_max: row('sites of a use'),
      frames_per_site_max: row('frames of a site'),
    }).toEqual((({ statement_text_length_max, ...limits }) => limits)(LIMITS));
    expect(page).toContain('4,000, of 4,000 characters');
  });
});
