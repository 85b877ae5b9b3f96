import type { KyselyPage } from '../../drivers/kysely.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: KyselyPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db }, truth, random, n) {
    await db.transaction().execute(async (trx) => {
      const listed = await trx.selectFrom('article').selectAll().where('section_id', '=', n).execute();
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await trx
          .selectFrom('person')
          .select('name')
          .where('id', '=', article.author_id)
          .executeTakeFirstOrThrow();
        truth.follow(articles, 'article.author_id -> person.id', 1);
        await trx
          .updateTable('article')
          .set({ title: `${article.title} by ${author.name}` })
          .where('id', '=', article.id)
          .execute();
        const tags = await trx
          .selectFrom('article_tag')
          .select('tag_id')
          .where('article_id', '=', article.id)
          .execute();
        truth.follow(articles, 'article.id -> article_tag.article_id', tags.length);
        const id = 1000 * n + article.id;
        await trx.insertInto('setting').values({ id, name: 'seen', value: 'yes' }).execute();
        await trx.deleteFrom('setting').where('id', '=', id).execute();
      }
      const from = random.from(1, 600);
      const moved = await trx
        .updateTable('comment')
        .set((eb) => ({ body: eb('body', '||', '!') }))
        .where((eb) => eb.between('id', from, from + 5))
        .returning(['id', 'person_id'])
        .execute();
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const { person_id } of moved) {
        const who = await trx.selectFrom('person').selectAll().where('id', '=', person_id).execute();
        truth.follow(comments, 'comment.person_id -> person.id', who.length);
      }
    });
  },
};
