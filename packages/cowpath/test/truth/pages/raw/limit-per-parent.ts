import Cursor from 'pg-cursor';
import type { RawPage } from '../../drivers/raw.ts';

/** The people of a city through a cursor; three articles of each, two comments of each of those, who wrote them. */
export const limitPerParent: RawPage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const client = await pool.connect();
    const cursor = client.query(
      new Cursor('select id, name from person where city_id = $1 order by id', [n]),
    );
    const listed = [];
    for (;;) {
      const portion = await cursor.read(2);
      if (portion.length === 0) break;
      listed.push(...portion);
    }
    await cursor.close();
    client.release();
    const people = truth.query('person', ['city_id'], listed.length);
    for (const person of listed) {
      const newest = await pool.query(
        'select id, title from article where author_id = $1 order by published_on desc, id limit 3',
        [person.id],
      );
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.rows.length);
      for (const article of newest.rows) {
        const latest = await pool.query(
          'select id, body, person_id from comment where article_id = $1 order by id desc limit $2',
          [article.id, 2],
        );
        const comments = truth.follow(articles, 'article.id -> comment.article_id', latest.rows.length);
        for (const comment of latest.rows) {
          const writer = await pool.query('select name from person where id = $1', [comment.person_id]);
          truth.follow(comments, 'comment.person_id -> person.id', writer.rows.length);
        }
      }
    }
  },
};
