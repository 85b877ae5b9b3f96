import { Op } from 'sequelize';
import { ArticleCard } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: SequelizePage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run(_site, truth, random) {
    const from = random.from(1, 140);
    const listed = await ArticleCard.findAll({ where: { id: { [Op.between]: [from, from + 6] } } });
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const card of listed) {
      const author = await card.getAuthor();
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', 1);
      const more = await author.getCards({ attributes: ['title'], limit: 3 });
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
