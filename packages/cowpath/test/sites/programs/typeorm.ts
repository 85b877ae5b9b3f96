import 'reflect-metadata';
import { context } from 'cowpath';
import { DataSource, EntitySchema } from 'typeorm';
import { url } from './tables.ts';

interface Author {
  id: number;
  name: string;
}
interface Book {
  id: number;
  title: string;
  author: Promise<Author>;
}
interface Review {
  id: number;
  book: Book;
}
const id = { type: 'int', primary: true } as const;
const AuthorEntity = new EntitySchema<Author>({ name: 'author', columns: { id, name: { type: 'text' } } });
const BookEntity = new EntitySchema<Book>({
  name: 'book',
  columns: { id, title: { type: 'text' } },
  relations: {
    author: { type: 'many-to-one', target: 'author', lazy: true, joinColumn: { name: 'author_id' } },
  },
});
const ReviewEntity = new EntitySchema<Review>({
  name: 'review',
  columns: { id },
  relations: { book: { type: 'many-to-one', target: 'book', joinColumn: { name: 'book_id' } } },
});
const source = new DataSource({ type: 'postgres', url, entities: [AuthorEntity, BookEntity, ReviewEntity] });

async function page(): Promise<void> {
  const books = await source.getRepository(BookEntity).find({ order: { id: 'asc' } }); // from: book
  for (const book of books) {
    await book.author; // from: author
    await source.getRepository(ReviewEntity).findBy({ book: { id: book.id } }); // from: review
  }
}

await source.initialize();
for (let i = 0; i < 3; i++) await context('page', page);
await source.destroy();
