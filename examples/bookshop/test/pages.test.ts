import { describe, expect, test } from 'vitest';
import type { AuthorShown } from '../src/pages/author.ts';
import type { CategoryNode } from '../src/pages/categories.ts';
import type { Receipt } from '../src/pages/checkout.ts';
import { useBookshop } from './bookshop.ts';

const shop = useBookshop();

async function get(url: string): Promise<unknown> {
  const response = await shop.app.inject(url);
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}

async function statusOf(url: string): Promise<number> {
  return (await shop.app.inject(url)).statusCode;
}

/** The one value that a statement gives, as JSON. */
async function json(text: string, values: unknown[] = []): Promise<unknown> {
  const [row] = await shop.rows<{ json: unknown }>(`select (${text}) as json`, values);
  return row!.json;
}

const SIDEBAR = `
  select json_agg(json_build_object('rating', rating, 'body', body, 'by', "user".name) order by created_at desc)
  from (select * from bookshop.review order by created_at desc limit $2) review
  join bookshop."user" on "user".id = review.user_id`;

/** JSON's spelling of the moment, as JavaScript has it. */
const CREATED_AT = `to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

describe('GET /books', () => {
  test.each([1, 2, 400])('page %i lists its fifty books with their newest reviews', async (page) => {
    const expected = await json(
      `select json_agg(json_build_object('id', book.id, 'title', title, 'priceCents', price_cents,
         'author', author.name, 'publisher', publisher.name, 'reviews', coalesce(reviews, '[]')) order by title)
       from (select * from bookshop.book order by title limit 50 offset ($1 - 1) * 50) book
       join bookshop.author on author.id = author_id join bookshop.publisher on publisher.id = publisher_id
       cross join lateral (
         select json_agg(json_build_object('rating', rating, 'body', body,
           'createdAt', ${CREATED_AT}, 'by', "user".name) order by created_at desc) as reviews
         from (select * from bookshop.review where book_id = book.id order by created_at desc limit 3) review
         join bookshop."user" on "user".id = user_id
       ) newest`,
      [page],
    );
    const listed = await get(`/books?page=${page}`);
    expect(listed).toHaveLength(50);
    expect(listed).toEqual(expected);
  });

  test('is empty past the last page, and begins with page 1', async () => {
    expect(await get('/books?page=401')).toEqual([]);
    expect(await get('/books')).toEqual(await get('/books?page=1'));
  });

  test.each(['0', '-1', '1.5', 'x', '99999999999'])('refuses page %s', async (page) => {
    expect(await statusOf(`/books?page=${page}`)).toBe(400);
  });
});

describe('GET /books/:id', () => {
  test.each([1, 4711, 20_000])('book %i is shown whole', async (id) => {
    const expected = await json(
      `select json_build_object('id', book.id, 'title', title, 'publishedOn', published_on,
         'priceCents', price_cents, 'author', to_json(author), 'publisher', to_json(publisher),
         'tags', (select json_agg(name order by name) from bookshop.tag
                  where id in (select tag_id from bookshop.book_tag where book_id = book.id)),
         'sidebar', (${SIDEBAR}))
       from bookshop.book join bookshop.author on author.id = author_id
       join bookshop.publisher on publisher.id = publisher_id where book.id = $1`,
      [id, 1],
    );
    expect(await get(`/books/${id}`)).toEqual(expected);
  });

  test('answers 404 for a book that is not there, and 400 for what is no id', async () => {
    expect(await statusOf('/books/20001')).toBe(404);
    for (const id of ['0', 'one', '2147483648']) expect(await statusOf(`/books/${id}`)).toBe(400);
  });
});

describe('GET /search', () => {
  test.each(['the silent', 'THE Velvet g', 'The Pale Garden of L'])('%s finds its titles', async (q) => {
    const expected = await json(
      `select json_build_object('results',
         (select json_agg(json_build_object('id', id, 'title', title, 'publisher', publisher, 'author', author) order by title)
          from (select book.id, title, publisher.name as publisher, author.name as author from bookshop.book
                join bookshop.author on author.id = author_id join bookshop.publisher on publisher.id = publisher_id
                where title ilike $1 || '%' order by title limit 30) found),
         'sidebar', (${SIDEBAR}))`,
      [q, 30],
    );
    expect(await get(`/search?q=${encodeURIComponent(q)}`)).toEqual(expected);
  });

  test.each(['%', '_he silent', 'the silent\\', 'nothing begins so', "'; drop schema"])(
    '%s is taken literally and finds nothing',
    async (q) => {
      expect(await get(`/search?q=${encodeURIComponent(q)}`)).toMatchObject({ results: [] });
    },
  );

  test.each(['/search', '/search?q=', '/search?q=%00', `/search?q=${'x'.repeat(101)}`])(
    '%s is refused',
    async (url) => {
      expect(await statusOf(url)).toBe(400);
    },
  );
});

test('GET /categories shows every category once, under its parent, by name', async () => {
  const flatten = (nodes: CategoryNode[], parent: number | null): unknown[] =>
    nodes.flatMap(({ id, name, children }) => [{ id, parent_id: parent, name }, ...flatten(children, id)]);
  const expected = await shop.rows(
    `with recursive node as (
       select id, parent_id, name, array[name] as path from bookshop.category where parent_id is null
       union all
       select c.id, c.parent_id, c.name, path || c.name from bookshop.category c join node on c.parent_id = node.id
     )
     select id, parent_id, name from node order by path`,
  );
  expect(expected).toHaveLength(91);
  expect(flatten((await get('/categories')) as CategoryNode[], null)).toEqual(expected);
});

describe('GET /authors/:id', () => {
  test('shows the newest forty books of a busy author with their ratings', async () => {
    const [busy] = await shop.rows<{ author_id: number }>(
      'select author_id from bookshop.book group by author_id order by count(*) desc limit 1',
    );
    const shown = (await get(`/authors/${busy!.author_id}`)) as AuthorShown;
    const books = await shop.rows<AuthorShown['books'][number]>(
      `select book.id, title, published_on::text as "publishedOn",
         (select avg(rating)::float8 from bookshop.review where book_id = book.id) as rating,
         (select count(*)::int from bookshop.review where book_id = book.id) as reviews
       from bookshop.book where author_id = $1 order by published_on desc, id desc limit 40`,
      [busy!.author_id],
    );
    expect(shown.books.map(({ rating: _, ...rest }) => rest)).toEqual(
      books.map(({ rating: _, ...rest }) => rest),
    );
    for (const [index, { rating }] of books.entries()) {
      if (rating === null) expect(shown.books[index]!.rating).toBeNull();
      else expect(shown.books[index]!.rating).toBeCloseTo(rating, 9);
    }
    const [author] = await shop.rows('select * from bookshop.author where id = $1', [busy!.author_id]);
    expect({ id: shown.id, name: shown.name, country: shown.country }).toEqual(author);
  });

  test('shows an author without books, and answers 404 for none', async () => {
    const [idle] = await shop.rows<{ id: number }>(
      'select id from bookshop.author where id not in (select author_id from bookshop.book) limit 1',
    );
    expect(await get(`/authors/${idle!.id}`)).toMatchObject({ books: [] });
    expect(await statusOf('/authors/2001')).toBe(404);
  });
});

describe('POST /cart/checkout', () => {
  const checkOut = (userId: unknown) =>
    shop.app.inject({ method: 'POST', url: '/cart/checkout', payload: { userId } });

  async function someCartOwners(count: number): Promise<number[]> {
    const owners = await shop.rows<{ user_id: number }>(
      'select distinct user_id from bookshop.cart_item order by user_id limit $1',
      [count],
    );
    return owners.map((row) => row.user_id);
  }

  test("makes the cart an order at the books' prices, and empties it", async () => {
    const [userId] = await someCartOwners(1);
    const lines = await shop.rows<Receipt['lines'][number]>(
      `select book_id as "bookId", quantity, price_cents as "priceCents"
       from bookshop.cart_item join bookshop.book on book.id = book_id where user_id = $1 order by book_id`,
      [userId],
    );
    const response = await checkOut(userId);
    expect(response.statusCode).toBe(201);
    const receipt = response.json<Receipt>();
    const totalCents = lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    expect(receipt).toEqual({ orderId: 12_001, totalCents, lines });
    const [placed] = await shop.rows('select * from bookshop."order" where id = $1', [receipt.orderId]);
    expect(placed).toMatchObject({ user_id: userId, status: 'paid', total_cents: totalCents });
    const kept = await shop.rows(
      `select book_id as "bookId", quantity, price_cents as "priceCents"
       from bookshop.order_item where order_id = $1 order by id`,
      [receipt.orderId],
    );
    expect(kept).toEqual(lines);
    expect(await shop.rows('select * from bookshop.cart_item where user_id = $1', [userId])).toEqual([]);
  });

  test('makes one order of a cart that is checked out twice at once', async () => {
    const [userId] = await someCartOwners(1);
    const responses = await Promise.all([checkOut(userId), checkOut(userId), checkOut(userId)]);
    expect(responses.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409]);
  });

  test.each([0, 'x', null, 2 ** 31, undefined])('refuses %s as a user', async (userId) => {
    expect((await checkOut(userId)).statusCode).toBe(400);
  });
});

test('GET /admin/stats adds up', async () => {
  const expected = await json(
    `select json_build_object(
       'orders', (select json_agg(json_build_object('status', status, 'orders', n, 'totalCents', total) order by status)
         from (select status, count(*) as n, sum(total_cents) as total from bookshop."order" group by status) o),
       'shelves', (select json_agg(json_build_object('id', id, 'name', name, 'copiesSold', sold) order by name)
         from (select id, name, sold from bookshop.category
               cross join lateral (select sum(quantity) as sold from bookshop.order_item
                 where book_id in (select id from bookshop.book where category_id = category.id)) s
               where sold is not null order by name limit 20) c),
       'mostReviewed', (select json_agg(json_build_object('id', id, 'title', title, 'author', author, 'reviews', n) order by n desc, id)
         from (select book.id, title, (select name from bookshop.author where id = author_id) as author,
                 (select count(*) from bookshop.review where book_id = book.id) as n
               from bookshop.book order by n desc, id limit 10) b))`,
  );
  const shown = (await get('/admin/stats')) as { shelves: unknown[]; mostReviewed: unknown[] };
  expect(shown.shelves).toHaveLength(20);
  expect(shown.mostReviewed).toHaveLength(10);
  expect(shown).toEqual(expected);
});
