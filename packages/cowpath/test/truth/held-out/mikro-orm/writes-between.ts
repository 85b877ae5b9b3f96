import { sql } from '@mikro-orm/postgresql';
import { Article, Comment, Person, Setting } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: MikroOrmPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db }, truth, random, n) {
    await db.em.fork().transactional(async (em) => {
      const listed = await em.find(Article, { section: n });
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await load(truth, articles, 'article.author_id -> person.id', article.author);
        article.title = `${article.title} by ${author.one.name}`;
        await em.flush();
        const tags = await article.tags.loadItems();
        truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tags.length);
        const setting = em.create(Setting, { id: 1000 * n + article.id, name: 'seen', value: 'yes' });
        await em.flush();
        await em.remove(setting).flush();
      }
      const from = random.from(1, 600);
      const moved = await em
        .createQueryBuilder(Comment)
        .update({ body: sql`body || '!'` })
        .where({ id: { $gte: from, $lte: from + 5 } })
        .returning(['id', 'person'])
        .execute<{ person_id: number }[]>('all', false);
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const { person_id } of moved) {
        const person = em.getReference(Person, person_id, { wrapped: true });
        await load(truth, comments, 'comment.person_id -> person.id', person);
      }
    });
  },
};
