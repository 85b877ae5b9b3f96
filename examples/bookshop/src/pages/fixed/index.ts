export { showAuthor } from './author.ts';
export { showBook } from './book.ts';
export { listBooks } from './books.ts';
export { categoryTree } from './categories.ts';
export { checkOut } from './checkout.ts';
export { search } from './search.ts';
