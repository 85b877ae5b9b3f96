/**
 * The tables as Drizzle sees them. tables.sql creates them and constraints.sql adds the keys and
 * indexes once the rows are in; the two must say the same.
 */
import { date, integer, pgSchema, primaryKey, smallint, text, timestamp } from 'drizzle-orm/pg-core';

const bookshop = pgSchema('bookshop');

export const author = bookshop.table('author', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  country: text('country').notNull(),
});

export const publisher = bookshop.table('publisher', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  city: text('city').notNull(),
});

export const category = bookshop.table('category', {
  id: integer('id').primaryKey(),
  parentId: integer('parent_id'),
  name: text('name').notNull(),
});

export const tag = bookshop.table('tag', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
});

export const user = bookshop.table('user', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull(),
});

export const book = bookshop.table('book', {
  id: integer('id').primaryKey(),
  title: text('title').notNull(),
  authorId: integer('author_id').notNull(),
  publisherId: integer('publisher_id').notNull(),
  categoryId: integer('category_id').notNull(),
  publishedOn: date('published_on').notNull(),
  priceCents: integer('price_cents').notNull(),
});

export const bookTag = bookshop.table(
  'book_tag',
  { bookId: integer('book_id').notNull(), tagId: integer('tag_id').notNull() },
  (table) => [primaryKey({ columns: [table.bookId, table.tagId] })],
);

export const review = bookshop.table('review', {
  id: integer('id').primaryKey(),
  bookId: integer('book_id').notNull(),
  userId: integer('user_id').notNull(),
  rating: smallint('rating').notNull(),
  body: text('body').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

export const order = bookshop.table('order', {
  id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
  userId: integer('user_id').notNull(),
  status: text('status').notNull(),
  totalCents: integer('total_cents').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const orderItem = bookshop.table('order_item', {
  id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
  orderId: integer('order_id').notNull(),
  bookId: integer('book_id').notNull(),
  quantity: integer('quantity').notNull(),
  priceCents: integer('price_cents').notNull(),
});

export const cartItem = bookshop.table(
  'cart_item',
  {
    userId: integer('user_id').notNull(),
    bookId: integer('book_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.bookId] })],
);
