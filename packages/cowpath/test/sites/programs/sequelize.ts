import { context } from 'cowpath';
import { DataTypes, Sequelize } from 'sequelize';
import { url } from './tables.ts';

const db = new Sequelize(url, { logging: false, define: { timestamps: false, freezeTableName: true } });
const Author = db.define('author', {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  name: DataTypes.TEXT,
});
const Book = db.define('book', {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  title: DataTypes.TEXT,
  author_id: DataTypes.INTEGER,
});
const Review = db.define('review', {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  book_id: DataTypes.INTEGER,
  rating: DataTypes.INTEGER,
});
Book.belongsTo(Author, { foreignKey: 'author_id' });

async function page(): Promise<void> {
  const books = await Book.findAll({ order: ['id'] }); // from: book
  for (const book of books) {
    await (book as unknown as { getAuthor(): Promise<unknown> }).getAuthor(); // from: author
    await Review.findAll({ where: { book_id: book.get('id') as number } }); // from: review
  }
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.close();
