import { setTimeout as sleep } from 'node:timers/promises';
import { Op } from 'sequelize';
import { Article } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: SequelizePage = {
  shows: 'an origin whose context has closed',
  root: 'GET /digests/:n/mail',
  served: 'fastify',
  requests: 14,
  together: 2,
  async run({ left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await Article.findAll({ where: { id: { [Op.between]: [from, from + 5] } } });
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    await Promise.all(
      rows.map(async (article) => {
        await article.getAuthor();
        truth.follow(articles, 'article.author_id -> person.id', 1);
      }),
    );
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const article of rows) {
        await article.getSection();
        truth.follow(articles, 'article.section_id -> section.id', 1);
      }
    };
    left.push(afterwards());
  },
};
