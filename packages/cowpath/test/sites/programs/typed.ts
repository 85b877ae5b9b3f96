import { context, instrument } from 'cowpath';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

interface Shop {
  book: {
    id: number;
    title: string;
    author_id: number;
  };
  author: { id: number; name: string };
}

type Row = Record<string, number>;

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
instrument(pool);

const db: Kysely<Shop> = new Kysely<Shop>({ dialect: new PostgresDialect({ pool }) });

async function authorOf(id: number): Promise<{ name: string } | undefined> {
  return await db.selectFrom('author').selectAll().where('id', '=', id).executeTakeFirst(); // from: author
}

class Reviews {
  readonly rating: number | undefined;

  async of({ id }: { id: number }): Promise<Row[]> {
    const { rows } = await pool.query<Row>('select rating from review where book_id = $1', [id]); // from: review
    return rows;
  }
}

async function page(): Promise<void> {
  const books = await db.selectFrom('book').selectAll().orderBy('id').execute(); // from: book
  const reviews = new Reviews();
  for (const book of books) {
    await authorOf(book.author_id);
    await reviews.of(book);
  }
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.destroy();
