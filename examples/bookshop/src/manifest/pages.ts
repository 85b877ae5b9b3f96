/**
 * What each page does to the data, counted on the data. The statements here are not the app's: each counts
 * in one go, over all requests to a page, the rows that the app reads one by one.
 */
import type { DemoRequest, Route } from '../traffic/requests.ts';
import type { ContextTruth } from './format.ts';
import { type Counts, StepBuilder } from './step.ts';

/** Runs a statement that returns one row of whole numbers. */
export type Sql = (text: string, parameters?: unknown[]) => Promise<Record<string, number>>;

type Of<R extends Route> = Extract<DemoRequest, { route: R }>;

type Page<R extends Route> = (sql: Sql, requests: readonly Of<R>[]) => Promise<ContextTruth[]>;

/** One query for each key, one object for each query: a reference to one, followed in a loop. */
function lookups(queries: number, distinct: number): Counts {
  return { queries, objects: queries, repeats: queries - distinct };
}

const books: Page<'GET /books'> = async (sql, requests) => {
  const counted = await sql(
    `with listed as (
       select run, listed.* from unnest($1::int[]) with ordinality request (page, run)
       cross join lateral (
         select id, author_id, publisher_id from bookshop.book
         order by title limit 50 offset (page - 1) * 50
       ) listed
     ), shown as (
       select run, shown.user_id from listed
       cross join lateral (
         select user_id from bookshop.review where book_id = listed.id order by created_at desc limit 3
       ) shown
     )
     select (select count(*) from listed)::int as books,
       (select count(distinct (run, author_id)) from listed)::int as authors,
       (select count(distinct (run, publisher_id)) from listed)::int as publishers,
       (select count(*) from shown)::int as reviews,
       (select count(distinct (run, user_id)) from shown)::int as users`,
    [requests.map(({ page }) => page)],
  );
  const runs = requests.length;
  const step = new StepBuilder(runs);
  const users = step.follow('review.user_id -> user.id', lookups(counted.reviews!, counted.users!));
  const trail = step.origin(
    { kind: 'query', entity: 'book', by: [], order: ['title'] },
    { queries: runs, objects: counted.books! },
    [
      step.follow('book.author_id -> author.id', lookups(counted.books!, counted.authors!)),
      step.follow('book.publisher_id -> publisher.id', lookups(counted.books!, counted.publishers!)),
      step.follow(
        'book.id -> review.book_id',
        { queries: counted.books!, objects: counted.reviews! },
        { limitPerParent: 3 },
        [users],
      ),
    ],
  );
  return [{ path: ['GET /books'], runs, trails: [trail], writes: [] }];
};

async function sidebar(sql: Sql, outer: Route, runs: number, voices: number): Promise<ContextTruth> {
  const counted = await sql(
    `select count(*)::int as reviews, count(distinct user_id)::int as users
     from (select user_id from bookshop.review order by created_at desc limit $1) voice`,
    [voices],
  );
  const step = new StepBuilder(runs);
  const reviews = runs * counted.reviews!;
  const trail = step.origin(
    { kind: 'query', entity: 'review', by: [], order: ['created_at'] },
    { queries: runs, objects: reviews },
    [step.follow('review.user_id -> user.id', lookups(reviews, runs * counted.users!))],
  );
  return { path: [outer, 'sidebar'], runs, trails: [trail], writes: [] };
}

const book: Page<'GET /books/:id'> = async (sql, requests) => {
  const counted = await sql(
    `with found as (
       select book.* from unnest($1::int[]) request (book_id) join bookshop.book on book.id = request.book_id
     )
     select (select count(*) from found)::int as books,
       (select count(*) from found join bookshop.book_tag on book_tag.book_id = found.id)::int as tags`,
    [requests.map(({ bookId }) => bookId)],
  );
  const runs = requests.length;
  const found = counted.books!;
  const step = new StepBuilder(runs);
  const trail = step.origin(
    { kind: 'query', entity: 'book', by: ['id'], order: [] },
    { queries: runs, objects: found },
    [
      step.follow('book.author_id -> author.id', lookups(found, found)),
      step.follow('book.publisher_id -> publisher.id', lookups(found, found)),
      step.follow('book.id -> book_tag.book_id -> tag', { queries: found, objects: counted.tags! }),
    ],
  );
  return [
    { path: ['GET /books/:id'], runs, trails: [trail], writes: [] },
    await sidebar(sql, 'GET /books/:id', found, 1),
  ];
};

const search: Page<'GET /search'> = async (sql, requests) => {
  const counted = await sql(
    `select count(*)::int as books, count(distinct (run, author_id))::int as authors
     from unnest($1::text[]) with ordinality request (beginning, run)
     cross join lateral (
       select author_id from bookshop.book where starts_with(lower(title), lower(beginning))
       order by title limit 30
     ) found`,
    [requests.map(({ beginning }) => beginning)],
  );
  const runs = requests.length;
  const step = new StepBuilder(runs);
  const trail = step.origin(
    { kind: 'query', entity: 'book', by: ['title'], order: ['title'], joined: ['publisher'] },
    { queries: runs, objects: counted.books! },
    [step.follow('book.author_id -> author.id', lookups(counted.books!, counted.authors!))],
  );
  return [
    { path: ['GET /search'], runs, trails: [trail], writes: [] },
    await sidebar(sql, 'GET /search', runs, 30),
  ];
};

const categories: Page<'GET /categories'> = async (sql, requests) => {
  const counted = await sql(
    `with recursive node as (
       select id, 0 as level from bookshop.category where parent_id is null
       union all
       select category.id, level + 1 from bookshop.category join node on category.parent_id = node.id
     )
     select count(*) filter (where level = 0)::int as level0, count(*) filter (where level = 1)::int as level1,
       count(*) filter (where level = 2)::int as level2, count(*) filter (where level > 2)::int as deeper
     from node`,
  );
  if (counted.deeper !== 0) throw new Error('The category tree is deeper than its truth says.');
  const runs = requests.length;
  const step = new StepBuilder(runs);
  const perLevel = [counted.level0!, counted.level1!, counted.level2!, 0].map((nodes) => runs * nodes);
  const levels = perLevel.slice(0, -1).map((queries, index) => ({ queries, objects: perLevel[index + 1]! }));
  const total = (of: 'queries' | 'objects') => levels.reduce((sum, level) => sum + level[of], 0);
  const trail = step.origin(
    { kind: 'query', entity: 'category', by: ['parent_id'], order: ['name'] },
    { queries: runs, objects: perLevel[0]! },
    [
      step.follow(
        'category.id -> category.parent_id',
        { queries: total('queries'), objects: total('objects') },
        { levels },
      ),
    ],
  );
  return [{ path: ['GET /categories'], runs, trails: [trail], writes: [] }];
};

const author: Page<'GET /authors/:id'> = async (sql, requests) => {
  const counted = await sql(
    `with found as (
       select run, author.id from unnest($1::int[]) with ordinality request (author_id, run)
       join bookshop.author on author.id = request.author_id
     ), shown as (
       select book.id from found
       cross join lateral (
         select id from bookshop.book where author_id = found.id order by published_on desc, id desc limit 40
       ) book
     )
     select (select count(*) from found)::int as authors, (select count(*) from shown)::int as books`,
    [requests.map(({ authorId }) => authorId)],
  );
  const runs = requests.length;
  const step = new StepBuilder(runs);
  const ratings = step.follow(
    'book.id -> review.book_id',
    { queries: counted.books!, objects: counted.books! },
    { aggregate: true },
  );
  const trail = step.origin(
    { kind: 'query', entity: 'author', by: ['id'], order: [] },
    { queries: runs, objects: counted.authors! },
    [
      step.follow(
        'author.id -> book.author_id',
        { queries: counted.authors!, objects: counted.books! },
        { limitPerParent: 40 },
        [ratings],
      ),
    ],
  );
  return [{ path: ['GET /authors/:id'], runs, trails: [trail], writes: [] }];
};

const checkout: Page<'POST /cart/checkout'> = async (sql, requests) => {
  const counted = await sql(
    `select count(*)::int as items, count(distinct user_id)::int as carts
     from bookshop.cart_item where user_id = any ($1::int[])`,
    [requests.map(({ userId }) => userId)],
  );
  const runs = requests.length;
  const { items, carts } = counted as { items: number; carts: number };
  const step = new StepBuilder(runs);
  const cart = step.origin(
    { kind: 'query', entity: 'cart_item', by: ['user_id'], order: ['book_id'] },
    { queries: runs, objects: items },
    [step.follow('cart_item.book_id -> book.id', lookups(items, items))],
  );
  const placed = step.origin({ kind: 'created', entity: 'order' }, { queries: carts, objects: carts }, [
    step.follow('order.id -> order_item.order_id', { queries: carts, objects: items }),
  ]);
  return [
    {
      path: ['POST /cart/checkout'],
      runs,
      trails: [cart, placed],
      writes: [
        { verb: 'insert', entity: 'order_item', by: [], queries: carts },
        { verb: 'delete', entity: 'cart_item', by: ['user_id'], queries: carts },
      ],
    },
  ];
};

const adminStats: Page<'GET /admin/stats'> = async (sql, requests) => {
  const counted = await sql(
    `with reviewed as (
       select book.author_id from bookshop.book join bookshop.review on review.book_id = book.id
       group by book.id order by count(*) desc, book.id limit 10
     ), sold as (
       select distinct book.category_id from bookshop.order_item join bookshop.book on book.id = order_item.book_id
     )
     select (select count(distinct status) from bookshop."order")::int as statuses,
       (select least(count(*), 20) from sold)::int as shelves,
       (select count(*) from reviewed)::int as books,
       (select count(distinct author_id) from reviewed)::int as authors`,
  );
  const runs = requests.length;
  const step = new StepBuilder(runs);
  const rows = (each: number): Counts => ({ queries: runs, objects: runs * each });
  return [
    {
      path: ['GET /admin/stats'],
      runs,
      trails: [
        step.origin({ kind: 'query', entity: 'order', by: [], order: ['status'] }, rows(counted.statuses!)),
        step.origin(
          { kind: 'query', entity: 'category', by: [], order: ['name'], joined: ['book', 'order_item'] },
          rows(counted.shelves!),
        ),
        step.origin(
          { kind: 'query', entity: 'book', by: [], order: ['id'], joined: ['review'] },
          rows(counted.books!),
          [step.follow('book.author_id -> author.id', rows(counted.authors!), { inList: true })],
        ),
      ],
      writes: [],
    },
  ];
};

export const PAGES: { readonly [R in Route]: Page<R> } = {
  'GET /books': books,
  'GET /books/:id': book,
  'GET /search': search,
  'GET /categories': categories,
  'GET /authors/:id': author,
  'POST /cart/checkout': checkout,
  'GET /admin/stats': adminStats,
};
