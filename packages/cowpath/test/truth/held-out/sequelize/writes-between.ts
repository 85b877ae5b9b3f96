import { literal, Op } from 'sequelize';
import { Article, Comment, Setting } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: SequelizePage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db: sequelize }, truth, random, n) {
    await sequelize.transaction(async (transaction) => {
      const listed = await Article.findAll({ where: { section_id: n }, transaction });
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await article.getAuthor({ transaction });
        truth.follow(articles, 'article.author_id -> person.id', 1);
        await article.update({ title: `${article.title} by ${author.name}` }, { transaction });
        const tags = await article.getTags({ transaction });
        truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tags.length);
        const id = 1000 * n + Number(article.id);
        const setting = await Setting.create({ id, name: 'seen', value: 'yes' }, { transaction });
        await setting.destroy({ transaction });
      }
      const from = random.from(1, 600);
      const [, moved] = await Comment.update(
        { body: literal("body || '!'") },
        { where: { id: { [Op.between]: [from, from + 5] } }, returning: true, transaction },
      );
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const comment of moved) {
        await comment.getPerson({ transaction });
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    });
  },
};
