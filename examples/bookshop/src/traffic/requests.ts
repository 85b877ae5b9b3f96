import type { Bookshop } from '../data/bookshop.ts';
import { Random } from '../data/random.ts';
import { ADJECTIVES, NOUNS } from '../data/words.ts';
import { Zipf } from '../data/zipf.ts';

/** One request of the demo: its route, and what it asks there. */
export type DemoRequest =
  | { route: 'GET /books'; page: number }
  | { route: 'GET /books/:id'; bookId: number }
  | { route: 'GET /search'; beginning: string }
  | { route: 'GET /categories' }
  | { route: 'GET /authors/:id'; authorId: number }
  | { route: 'POST /cart/checkout'; userId: number }
  | { route: 'GET /admin/stats' };

export type Route = DemoRequest['route'];

/** How many requests go to each route. */
export const REQUESTS_BY_ROUTE: Readonly<Record<Route, number>> = {
  'GET /books': 60,
  'GET /books/:id': 400,
  'GET /search': 100,
  'GET /categories': 40,
  'GET /authors/:id': 80,
  'POST /cart/checkout': 40,
  'GET /admin/stats': 20,
};

const TRAFFIC_SEED = 7_001;
const PAGES_VISITED = 40;
/** The authors visited have so many books that their page is full. */
const AUTHOR_BOOKS_MIN = 40;
/** The carts checked out are those of schools and libraries. */
const CART_LINES_MIN = 60;

/**
 * The requests of the demo, the same ones in the same order for the same rows.
 *
 * Their counts do not depend on the order in which they are answered: no cart is checked out twice, and
 * no other page shows rows that a checkout adds.
 */
export function demoRequests(bookshop: Bookshop): DemoRequest[] {
  const random = new Random(TRAFFIC_SEED);
  const pages = new Zipf(range(PAGES_VISITED), 0.8);
  const books = new Zipf(random.shuffled(bookshop.book.map(({ id }) => id)), 0.8);
  const authors = new Zipf(
    keysWithAtLeast(
      AUTHOR_BOOKS_MIN,
      bookshop.book.map((row) => row.author_id),
    ),
    0.6,
  );
  const carts = random.shuffled(
    keysWithAtLeast(
      CART_LINES_MIN,
      bookshop.cart_item.map((row) => row.user_id),
    ),
  );
  const make: { [R in Route]: (index: number) => Extract<DemoRequest, { route: R }> } = {
    'GET /books': () => ({ route: 'GET /books', page: pages.pick(random) }),
    'GET /books/:id': () => ({ route: 'GET /books/:id', bookId: books.pick(random) }),
    'GET /search': () => ({ route: 'GET /search', beginning: titleBeginning(random) }),
    'GET /categories': () => ({ route: 'GET /categories' }),
    'GET /authors/:id': () => ({ route: 'GET /authors/:id', authorId: authors.pick(random) }),
    'POST /cart/checkout': (index) => ({ route: 'POST /cart/checkout', userId: carts[index]! }),
    'GET /admin/stats': () => ({ route: 'GET /admin/stats' }),
  };
  const requests = Object.entries(REQUESTS_BY_ROUTE).flatMap(([route, count]) =>
    range(count).map((number): DemoRequest => make[route as Route](number - 1)),
  );
  return random.shuffled(requests);
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Path and query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

export function toHttp(request: DemoRequest): HttpRequest {
  switch (request.route) {
    case 'GET /books':
      return { method: 'GET', path: `/books?page=${request.page}` };
    case 'GET /books/:id':
      return { method: 'GET', path: `/books/${request.bookId}` };
    case 'GET /search':
      return { method: 'GET', path: `/search?q=${encodeURIComponent(request.beginning)}` };
    case 'GET /categories':
      return { method: 'GET', path: '/categories' };
    case 'GET /authors/:id':
      return { method: 'GET', path: `/authors/${request.authorId}` };
    case 'POST /cart/checkout':
      return { method: 'POST', path: '/cart/checkout', body: { userId: request.userId } };
    case 'GET /admin/stats':
      return { method: 'GET', path: '/admin/stats' };
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** About 670 titles begin with an adjective, some 20 with an adjective and a noun: both are asked for. */
function titleBeginning(random: Random): string {
  const adjective = random.pick(ADJECTIVES).toLowerCase();
  return random.next() < 0.7
    ? `the ${adjective}`
    : `the ${adjective} ${random.pick(NOUNS).charAt(0).toLowerCase()}`;
}

/** The keys that occur so often or more, most frequent first. */
function keysWithAtLeast(least: number, keys: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort(([keyA, countA], [keyB, countB]) => countB - countA || keyA - keyB)
    .map(([key]) => key);
}
