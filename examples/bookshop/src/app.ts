import fastify, { type FastifyInstance } from 'fastify';
import type { Database } from './database/open.ts';
import { adminStatsPage } from './pages/admin-stats.ts';
import { authorPage } from './pages/author.ts';
import { bookPage } from './pages/book.ts';
import { booksPage } from './pages/books.ts';
import { categoriesPage } from './pages/categories.ts';
import { checkoutPage } from './pages/checkout.ts';
import { PAGES, type Pages } from './pages/pages.ts';
import { searchPage } from './pages/search.ts';

/** The bookshop, not listening yet. */
export function makeApp(db: Database, pages: Pages = PAGES['as-written']): FastifyInstance {
  const app = fastify();
  for (const page of [
    booksPage,
    bookPage,
    searchPage,
    categoriesPage,
    authorPage,
    checkoutPage,
    adminStatsPage,
  ]) {
    page(app, db, pages);
  }
  return app;
}
