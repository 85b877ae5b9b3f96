/** The bookshop's rows, made from a seed: the same seed gives the same rows on every machine. */
import { createHash } from 'node:crypto';
import { Random } from './random.ts';
import { ADJECTIVES, COUNTRIES, FIRST_NAMES, LAST_NAMES, NOUNS, OPINIONS, PLACES } from './words.ts';
import { Zipf } from './zipf.ts';

export const SEED = 20_140_621;

const AUTHORS = 2_000;
const BOOKS = 20_000;
const PUBLISHERS = 200;
const REVIEWS = 100_000;
const USERS = 5_000;
const TAGS = 120;
const ORDERS = 12_000;
/** Under the one root of the category tree. */
const SECTIONS = 30;
const SHELVES_PER_SECTION = 2;
/** Schools and libraries, whose carts are long. */
const LONG_CARTS = 120;
const SHORT_CARTS = 300;

const DAY_MS = 86_400_000;
const REVIEWS_SINCE_MS = Date.UTC(2019, 0, 1);
const REVIEW_EVERY_MS = 30 * 60_000;
const ORDERS_SINCE_MS = Date.UTC(2023, 0, 1);
const ORDER_EVERY_MS = 90 * 60_000;

/** A row holds its columns by their names in the database. */
export type Row = Record<string, string | number | null>;

/** Rows by table, in an order in which each table comes after those that it references. */
export interface Bookshop {
  author: { id: number; name: string; country: string }[];
  publisher: { id: number; name: string; city: string }[];
  category: { id: number; parent_id: number | null; name: string }[];
  tag: { id: number; name: string }[];
  user: { id: number; name: string; email: string }[];
  book: {
    id: number;
    title: string;
    author_id: number;
    publisher_id: number;
    category_id: number;
    published_on: string;
    price_cents: number;
  }[];
  book_tag: { book_id: number; tag_id: number }[];
  review: {
    id: number;
    book_id: number;
    user_id: number;
    rating: number;
    body: string;
    created_at: string;
  }[];
  order: { id: number; user_id: number; status: string; total_cents: number; created_at: string }[];
  order_item: { id: number; order_id: number; book_id: number; quantity: number; price_cents: number }[];
  cart_item: { user_id: number; book_id: number; quantity: number }[];
}

/** Every table is made from a stream of its own, so that a change to one leaves the others alone. */
function stream(seed: number, table: number): Random {
  return new Random(seed + table * 1_000_003);
}

export function makeBookshop(seed: number = SEED): Bookshop {
  const author = makeAuthors(stream(seed, 1));
  const publisher = makePublishers(stream(seed, 2));
  const category = makeCategories();
  const tag = numbered(TAGS, (id) => ({ id, name: tagName(id) }));
  const user = makeUsers(stream(seed, 3));
  const book = makeBooks(stream(seed, 4), category);
  const popular = new Zipf(stream(seed, 5).shuffled(ids(BOOKS)), 0.9);
  const { order, order_item } = makeOrders(stream(seed, 6), book, popular);
  return {
    author,
    publisher,
    category,
    tag,
    user,
    book,
    book_tag: makeBookTags(stream(seed, 7)),
    review: makeReviews(stream(seed, 8), popular),
    order,
    order_item,
    cart_item: makeCarts(stream(seed, 9), popular),
  };
}

/** SHA-256 of all rows, in hexadecimal. */
export function hashBookshop(bookshop: Bookshop): string {
  const hash = createHash('sha256');
  for (const [table, rows] of Object.entries(bookshop)) {
    hash.update(`${table}\n`);
    for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest('hex');
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function numbered<T>(count: number, make: (id: number) => T): T[] {
  return ids(count).map(make);
}

function personName(random: Random): string {
  return `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
}

function tagName(id: number): string {
  const noun = NOUNS[(id - 1) % NOUNS.length]!.toLowerCase();
  return `${ADJECTIVES[Math.floor((id - 1) / NOUNS.length)]!.toLowerCase()}-${noun}`;
}

function makeAuthors(random: Random): Bookshop['author'] {
  return numbered(AUTHORS, (id) => ({ id, name: personName(random), country: random.pick(COUNTRIES) }));
}

function makePublishers(random: Random): Bookshop['publisher'] {
  return numbered(PUBLISHERS, (id) => ({
    id,
    name: `${random.pick(LAST_NAMES)} & ${random.pick(LAST_NAMES)}`,
    city: random.pick(PLACES),
  }));
}

function makeUsers(random: Random): Bookshop['user'] {
  return numbered(USERS, (id) => ({ id, name: personName(random), email: `reader${id}@example.com` }));
}

/** One root, its sections, their shelves: three levels, each with its nodes numbered after the last. */
function makeCategories(): Bookshop['category'] {
  const rows: Bookshop['category'] = [{ id: 1, parent_id: null, name: 'All books' }];
  for (let section = 0; section < SECTIONS; section++) {
    rows.push({ id: rows.length + 1, parent_id: 1, name: `${NOUNS[section]!} books` });
  }
  for (let section = 0; section < SECTIONS; section++) {
    for (let shelf = 0; shelf < SHELVES_PER_SECTION; shelf++) {
      const name = `${PLACES[shelf]!} ${NOUNS[section]!.toLowerCase()} shelf`;
      rows.push({ id: rows.length + 1, parent_id: section + 2, name });
    }
  }
  return rows;
}

function makeBooks(random: Random, category: Bookshop['category']): Bookshop['book'] {
  const byAuthor = new Zipf(random.shuffled(ids(AUTHORS)), 0.8);
  const byPublisher = new Zipf(random.shuffled(ids(PUBLISHERS)), 1);
  const shelves = category.slice(1 + SECTIONS).map((row) => row.id);
  const byShelf = new Zipf(random.shuffled(shelves), 0.8);
  const titles = random.shuffled(allTitles()).slice(0, BOOKS);
  return titles.map((title, index) => ({
    id: index + 1,
    title,
    author_id: byAuthor.pick(random),
    publisher_id: byPublisher.pick(random),
    category_id: byShelf.pick(random),
    published_on: isoDay(Date.UTC(1960, 0, 1) + random.integer(0, 65 * 365) * DAY_MS),
    price_cents: random.integer(499, 5999),
  }));
}

/** More titles than books, all different, since pages are ordered by title alone. */
function allTitles(): string[] {
  const titles: string[] = [];
  for (const adjective of ADJECTIVES) {
    for (const noun of NOUNS) {
      for (const place of PLACES) titles.push(`The ${adjective} ${noun} of ${place}`);
    }
  }
  return titles;
}

function makeBookTags(random: Random): Bookshop['book_tag'] {
  const byTag = new Zipf(random.shuffled(ids(TAGS)), 0.9);
  return ids(BOOKS).flatMap((book_id) =>
    byTag.pickDistinct(random, random.integer(1, 5)).map((tag_id) => ({ book_id, tag_id })),
  );
}

/** No two reviews are of the same moment, so that the newest three of a book are always the same three. */
function makeReviews(random: Random, popular: Zipf<number>): Bookshop['review'] {
  const byUser = new Zipf(random.shuffled(ids(USERS)), 0.7);
  return numbered(REVIEWS, (id) => ({
    id,
    book_id: popular.pick(random),
    user_id: byUser.pick(random),
    rating: random.integer(1, 5),
    body: `${random.pick(OPINIONS)} ${random.pick(OPINIONS)}`,
    created_at: isoTime(REVIEWS_SINCE_MS + id * REVIEW_EVERY_MS + random.integer(0, REVIEW_EVERY_MS - 1)),
  }));
}

function makeOrders(
  random: Random,
  book: Bookshop['book'],
  popular: Zipf<number>,
): Pick<Bookshop, 'order' | 'order_item'> {
  const byUser = new Zipf(random.shuffled(ids(USERS)), 0.7);
  const order: Bookshop['order'] = [];
  const order_item: Bookshop['order_item'] = [];
  for (const id of ids(ORDERS)) {
    let total_cents = 0;
    for (const book_id of popular.pickDistinct(random, random.integer(1, 4))) {
      const quantity = random.integer(1, 2);
      const { price_cents } = book[book_id - 1]!;
      total_cents += quantity * price_cents;
      order_item.push({ id: order_item.length + 1, order_id: id, book_id, quantity, price_cents });
    }
    order.push({
      id,
      user_id: byUser.pick(random),
      status: random.pick(['paid', 'shipped', 'shipped', 'shipped', 'returned']),
      total_cents,
      created_at: isoTime(ORDERS_SINCE_MS + id * ORDER_EVERY_MS),
    });
  }
  return { order, order_item };
}

function makeCarts(random: Random, popular: Zipf<number>): Bookshop['cart_item'] {
  const owners = random.shuffled(ids(USERS)).slice(0, LONG_CARTS + SHORT_CARTS);
  return owners.flatMap((user_id, index) => {
    const lines = index < LONG_CARTS ? random.integer(60, 90) : random.integer(1, 4);
    return popular
      .pickDistinct(random, lines)
      .map((book_id) => ({ user_id, book_id, quantity: random.integer(1, 3) }));
  });
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function isoDay(ms: number): string {
  return isoTime(ms).slice(0, 10);
}
