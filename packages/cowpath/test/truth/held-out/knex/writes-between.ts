import type { KnexPage } from '../../drivers/knex.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: KnexPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db: knex }, truth, random, n) {
    await knex.transaction(async (trx) => {
      const listed = await trx('article').where({ section_id: n });
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await trx('person').where({ id: article.author_id }).first();
        truth.follow(articles, 'article.author_id -> person.id', 1);
        await trx('article')
          .where({ id: article.id })
          .update({ title: `${article.title} by ${author!.name}` });
        const tags = await trx('article_tag').where({ article_id: article.id }).pluck('tag_id');
        truth.follow(articles, 'article.id -> article_tag.article_id', tags.length);
        const id = 1000 * n + Number(article.id);
        await trx('setting').insert({ id, name: 'seen', value: 'yes' });
        await trx('setting').where({ id }).del();
      }
      const from = random.from(1, 600);
      const moved = await trx('comment')
        .whereBetween('id', [from, from + 5])
        .update({ body: trx.raw("?? || '!'", ['body']) })
        .returning(['id', 'person_id']);
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const { person_id } of moved) {
        const who = await trx('person').where({ id: person_id }).select('name', 'city_id');
        truth.follow(comments, 'comment.person_id -> person.id', who.length);
      }
    });
  },
};
