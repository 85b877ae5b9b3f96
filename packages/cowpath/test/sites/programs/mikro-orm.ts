import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import { context } from 'cowpath';
import { url } from './tables.ts';

const Author = defineEntity({
  name: 'Author',
  tableName: 'author',
  properties: { id: p.integer().primary(), name: p.text() },
});
const Book = defineEntity({
  name: 'Book',
  tableName: 'book',
  properties: {
    id: p.integer().primary(),
    title: p.text(),
    author: () => p.manyToOne(Author).ref().joinColumn('author_id'),
  },
});
const Review = defineEntity({
  name: 'Review',
  tableName: 'review',
  properties: { id: p.integer().primary(), book: () => p.manyToOne(Book).joinColumn('book_id') },
});

const orm = await MikroORM.init({ clientUrl: url, entities: [Author, Book, Review] });

async function page(): Promise<void> {
  const em = orm.em.fork();
  const books = await em.findAll(Book, { orderBy: { id: 'asc' } }); // from: book
  for (const book of books) {
    await book.author.load(); // from: author
    await em.find(Review, { book: book.id }); // from: review
  }
}

for (let i = 0; i < 3; i++) await context('page', page);
await orm.close(true);
