import { context } from 'cowpath';
import knex from 'knex';
import { Model } from 'objection';
import { url } from './tables.ts';

const db = knex({ client: 'pg', connection: url });

class Author extends Model {
  static override tableName = 'author';
}
class Review extends Model {
  static override tableName = 'review';
}
class Book extends Model {
  static override tableName = 'book';
  static override relationMappings = {
    author: {
      relation: Model.BelongsToOneRelation,
      modelClass: Author,
      join: { from: 'book.author_id', to: 'author.id' },
    },
    reviews: {
      relation: Model.HasManyRelation,
      modelClass: Review,
      join: { from: 'book.id', to: 'review.book_id' },
    },
  };
}
Model.knex(db);

async function page(): Promise<void> {
  const books = await Book.query().orderBy('id'); // from: book
  for (const book of books) {
    await book.$relatedQuery('author'); // from: author
    await book.$fetchGraph('reviews'); // from: review
  }
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.destroy();
