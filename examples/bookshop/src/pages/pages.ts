import { showAuthor } from './author.ts';
import { showBook } from './book.ts';
import { listBooks } from './books.ts';
import { categoryTree } from './categories.ts';
import { checkOut } from './checkout.ts';
import * as fixed from './fixed/index.ts';
import { search } from './search.ts';

/** What the pages read with; the routes and the answers are the same. */
export interface Pages {
  readonly listBooks: typeof listBooks;
  readonly showBook: typeof showBook;
  readonly search: typeof search;
  readonly categoryTree: typeof fixed.categoryTree;
  readonly showAuthor: typeof showAuthor;
  readonly checkOut: typeof checkOut;
}

/** `as-written`: one thing at a time, in loops. `fixed`: the same pages mended by hand, a statement a level. */
export const PAGES: Readonly<Record<'as-written' | 'fixed', Pages>> = {
  'as-written': { listBooks, showBook, search, categoryTree, showAuthor, checkOut },
  fixed,
};

/** The pages that the environment variable BOOKSHOP_PAGES names: as written, when it is absent or empty. */
export function pagesFromEnvironment(): Pages {
  const name = process.env.BOOKSHOP_PAGES || 'as-written';
  if (!Object.hasOwn(PAGES, name)) {
    throw new Error(`BOOKSHOP_PAGES is ${JSON.stringify(name)}; expected "as-written" or "fixed".`);
  }
  return PAGES[name as keyof typeof PAGES];
}
