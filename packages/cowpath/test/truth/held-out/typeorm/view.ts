import { Between } from 'typeorm';
import { ArticleCard, Person } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: TypeOrmPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 140);
    const listed = await db
      .getRepository(ArticleCard)
      .findBy({ id: Between(String(from), String(from + 6)) });
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const { authorId } of listed) {
      const author = await db.getRepository(Person).findOneByOrFail({ id: authorId });
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', 1);
      const more = await db
        .getRepository(ArticleCard)
        .find({ select: { title: true }, where: { authorId: author.id }, take: 3 });
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
