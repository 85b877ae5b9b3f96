/** Profiles built by hand for the report's tests: every figure is given, so that the text can be known. */
import {
  type ContextProfile,
  type EntityName,
  type Evidence,
  type Origin,
  type PlanRecord,
  type Profile,
  ProfileBuilder,
  type Reference,
  type Step,
} from '@cowpath/profile';

const MS = 1e6;

export function table(name: string, schema: string | null = 'public', database = 'bookshop'): EntityName {
  return { database, schema, table: name };
}

export function query(entity: EntityName | null, by: string[] = [], order: string[] = []): Origin {
  return { kind: 'query', entity, by, order };
}

/** `forward('book', 'author_id', 'author')`: the foreign key is on the first. */
export function forward(from: string, column: string, to: string, more: Partial<Reference> = {}): Reference {
  return {
    from: table(from),
    from_columns: [column],
    to: table(to),
    to_columns: ['id'],
    via: null,
    holder: 'from',
    many: false,
    known_by: 'foreign-key',
    or_columns: [],
    ...more,
  };
}

/** `reverse('review', 'book_id', 'book')`: from books to their reviews; the foreign key is on the first. */
export function reverse(to: string, column: string, from: string, more: Partial<Reference> = {}): Reference {
  const base = forward(from, 'id', to);
  return { ...base, to_columns: [column], holder: 'to', many: true, ...more };
}

export const CERTAIN: Evidence = {
  tested: 100,
  explained: 100,
  log_ratio: 400,
  signatures: 10,
  siblings: 100,
  followed: 100,
  values: 50,
};
export const DOUBTFUL: Evidence = { ...CERTAIN, explained: 2, log_ratio: 3, signatures: 2, values: 2 };

export interface Counts {
  readonly queries: number;
  readonly objects?: number;
  readonly roots?: number;
  readonly repeats?: number;
  readonly failed?: number;
  /** Of one query, milliseconds. */
  readonly ms: number;
  readonly wait_ms?: number;
  readonly place?: readonly string[];
}

/** Adds queries that all took the same time. */
export function count(step: Step, context: ContextProfile, counts: Counts): Step {
  const { queries, objects = queries, roots = context.runs, repeats = 0, failed = 0 } = counts;
  const use = step.use(counts.place ?? context.path);
  use.queries += queries;
  use.objects += objects;
  use.keys += queries;
  use.roots += roots;
  use.repeats += repeats;
  use.failed += failed;
  use.time.record(counts.ms * MS, queries);
  use.wait.record((counts.wait_ms ?? 0) * MS, queries);
  return step;
}

/** `[file, line, function]`, from the innermost outward; none: unknown. */
export type Frames = readonly (readonly [file: string, line: number, name: string | null])[];

/** Queries that were seen to come from there. */
export function from(step: Step, context: ContextProfile, frames: Frames, samples = 1): Step {
  step.use(context.path).sites.add(
    frames.map(([file, line, name]) => ({ file, line, column: 9, function: name })),
    samples,
  );
  return step;
}

export function ran(builder: ProfileBuilder, path: string[], runs: number, wall_ms: number): ContextProfile {
  const context = builder.context(path);
  for (let i = 0; i < runs; i++) context.ran(wall_ms * MS);
  return context;
}

export function follow(
  builder: ProfileBuilder,
  context: ContextProfile,
  parent: Step,
  reference: Reference,
): Step {
  const step = builder.follow(context, parent, reference);
  step.addEvidence(CERTAIN);
  return step;
}

export function profileOf(builder: ProfileBuilder, more: Partial<Profile> = {}): Profile {
  return {
    builder,
    segments: 1,
    from_ms: Date.UTC(2026, 10, 21, 8, 12),
    to_ms: Date.UTC(2026, 10, 21, 9, 20),
    programs: ['bookshop'],
    problems: [],
    ...more,
  };
}

const REVIEW_PLAN: PlanRecord = {
  samples: 20,
  planning_ns: 20 * 0.09 * MS,
  execution_ns: 20 * 0.31 * MS,
  root: {
    node: 'Limit',
    relation: null,
    index: null,
    condition: null,
    loops: 20,
    rows_in: 60,
    rows_out: 60,
    rows_planned: 60,
    time_ns: 20 * 0.3 * MS,
    blocks_hit: 240,
    blocks_read: 20,
    children: [
      {
        node: 'Index Scan',
        relation: 'review',
        index: 'review_book_id_created_at',
        condition: 'book_id = $1',
        loops: 20,
        rows_in: 140,
        rows_out: 60,
        rows_planned: 80,
        time_ns: 20 * 0.28 * MS,
        blocks_hit: 240,
        blocks_read: 20,
        children: [],
      },
    ],
  },
};

/** The bookshop of the design's sketch, with everything that a report can show. */
export function bookshop(): Profile {
  const builder = new ProfileBuilder();
  builder.statement('v1:0000000000000001', 'select id, title from book order by title limit $1 offset $2');
  builder.statement(
    'v1:0000000000000002',
    'select id, rating, user_id from review\n  where book_id = $1 order by created_at desc limit $2',
  );
  builder.statement('v1:0000000000000003', 'select 1; select 2');
  books(builder);
  detail(builder);
  categories(builder);
  search(builder);
  checkout(builder);
  startUp(builder);
  const stats = ran(builder, ['GET /admin/stats'], 40, 12);
  count(builder.origin(stats, query(table('book'), [], ['title'])), stats, {
    queries: 40,
    objects: 400,
    ms: 1.2,
  });
  count(builder.origin(stats, query(null)), stats, { queries: 80, objects: 400, ms: 0.8 });
  builder.note('COWPATH_STATEMENTS_OPAQUE', 3);
  return profileOf(builder);
}

function books(builder: ProfileBuilder): void {
  const context = ran(builder, ['GET /books'], 1204, 62);
  const book = count(builder.origin(context, query(table('book'), [], ['title'])), context, {
    queries: 1204,
    objects: 60200,
    ms: 2.1,
  });
  book.sawStatement('v1:0000000000000001');
  const follows = (parent: Step, reference: Reference, queries: number, objects: number, ms: number): Step =>
    count(follow(builder, context, parent, reference), context, {
      queries: queries * 1204,
      objects: objects * 1204,
      ms,
    });
  from(book, context, [['src/pages/books.ts', 12, 'books']], 12);
  const author = follows(book, forward('book', 'author_id', 'author'), 50, 50, 0.278);
  from(author, context, [['src/pages/books.ts', 31, 'authorOf']], 90);
  follows(book, forward('book', 'publisher_id', 'publisher', { known_by: 'inferred' }), 50, 50, 0.224);
  const review = follows(book, reverse('review', 'book_id', 'book'), 50, 150, 0.368);
  review.sawStatement('v1:0000000000000002');
  review.addPlan(REVIEW_PLAN);
  from(review, context, [['src/pages/books.ts', 44, 'reviewsOf']], 60);
  from(review, context, [['src/widgets/stars.ts', 9, null]], 20);
  from(review, context, [['src/widgets/stars.ts', 21, null]], 10);
  follows(review, forward('review', 'user_id', 'user'), 1, 141, 1.2);
}

function detail(builder: ProfileBuilder): void {
  const context = ran(builder, ['GET /books/:id'], 300, 9);
  const sidebar = ran(builder, ['GET /books/:id', 'sidebar'], 300, 2);
  const book = count(builder.origin(context, query(table('book'), ['id'])), context, {
    queries: 300,
    ms: 0.4,
  });
  const step = (parent: Step, reference: Reference, queries: number, ms: number, place?: string[]): Step =>
    count(follow(builder, context, parent, reference), context, {
      queries: queries * 300,
      objects: queries * 300,
      ms,
      ...(place ? { place } : {}),
    });
  step(book, forward('book', 'author_id', 'author', { or_columns: [['editor_id']] }), 1, 0.3);
  step(book, forward('book', 'id', 'book', { holder: 'neither' }), 1, 0.3, [...sidebar.path]);
  const tags = reverse('tag', 'book_id', 'book', { via: table('book_tag'), holder: 'neither' });
  count(follow(builder, context, book, tags), context, {
    queries: 300,
    objects: 1500,
    ms: 0.5,
    wait_ms: 0.2,
  });
  const shelf = builder.follow(context, book, forward('book', 'shelf_id', 'shelf', { known_by: 'inferred' }));
  shelf.addEvidence(DOUBTFUL);
  count(shelf, context, { queries: 2, roots: 2, ms: 0.3 });
  voices(builder, sidebar, 1);
}

function voices(builder: ProfileBuilder, sidebar: ContextProfile, each: number): void {
  const { runs } = sidebar;
  const review = count(builder.origin(sidebar, query(table('review'), [], ['created_at'])), sidebar, {
    queries: runs,
    objects: runs * each,
    ms: 0.6,
  });
  count(follow(builder, sidebar, review, forward('review', 'user_id', 'user')), sidebar, {
    queries: runs * each,
    ms: 0.25,
  });
}

function categories(builder: ProfileBuilder): void {
  const context = ran(builder, ['GET /categories'], 100, 40);
  const root = count(builder.origin(context, query(table('category'), ['parent_id'])), context, {
    queries: 100,
    objects: 500,
    ms: 0.3,
  });
  const children = follow(builder, context, root, reverse('category', 'parent_id', 'category'));
  count(children, context, { queries: 12500, objects: 12000, ms: 0.2 });
  children.depth = 4;
}

function search(builder: ProfileBuilder): void {
  const context = ran(builder, ['GET /search'], 80, 30);
  count(builder.origin(context, query(table('book'), ['title', 'tenant_id'])), context, {
    queries: 80,
    objects: 1600,
    ms: 8,
    repeats: 40,
  });
  voices(builder, ran(builder, ['GET /search', 'sidebar'], 80, 8), 20);
}

function checkout(builder: ProfileBuilder): void {
  const context = ran(builder, ['POST /checkout'], 50, 25);
  const created = count(builder.origin(context, { kind: 'created', entity: table('order') }), context, {
    queries: 50,
    ms: 1.1,
  });
  count(follow(builder, context, created, reverse('order_item', 'order_id', 'order')), context, {
    queries: 50,
    objects: 150,
    ms: 0.5,
  });
  const stock: Origin = {
    kind: 'write',
    verb: 'update',
    entity: table('stock', 'warehouse'),
    by: ['book_id'],
  };
  count(builder.origin(context, stock), context, { queries: 150, objects: 0, ms: 0.6, failed: 5 });
  const opaque: Origin = { kind: 'opaque', because: 'several statements in one text' };
  count(builder.origin(context, opaque), context, { queries: 3, objects: 6, roots: 3, ms: 0.4 }).sawStatement(
    'v1:0000000000000003',
  );
}

function startUp(builder: ProfileBuilder): void {
  const context = builder.context(['(start-up)']);
  const locale = count(builder.origin(context, query(table('locale'))), context, {
    queries: 1,
    objects: 40,
    roots: 1,
    ms: 2,
  });
  const place = ['GET /search'];
  count(follow(builder, context, locale, reverse('label', 'locale_id', 'locale')), context, {
    queries: 1600,
    objects: 1600,
    roots: 80,
    ms: 0.2,
    place,
  });
}
