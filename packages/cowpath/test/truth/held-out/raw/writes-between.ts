import type { RawPage } from '../../drivers/raw.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: RawPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db: pool }, truth, random, n) {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const listed = await client.query('select id, title, author_id from article where section_id = $1', [
        n,
      ]);
      const articles = truth.query('article', ['section_id'], listed.rows.length);
      for (const article of listed.rows) {
        const author = await client.query('select name from person where id = $1', [article.author_id]);
        truth.follow(articles, 'article.author_id -> person.id', author.rows.length);
        await client.query('update article set title = $2 where id = $1', [
          article.id,
          `${article.title} by ${author.rows[0].name}`,
        ]);
        const tags = await client.query('select tag_id from article_tag where article_id = $1', [article.id]);
        truth.follow(articles, 'article.id -> article_tag.article_id', tags.rows.length);
        await client.query('insert into setting (id, name, value) values ($1, $2, $3)', [
          1000 * n + Number(article.id),
          'seen',
          'yes',
        ]);
        await client.query('delete from setting where id = $1', [1000 * n + Number(article.id)]);
      }
      const from = random.from(1, 600);
      const moved = await client.query(
        "update comment set body = body || '!' where id between $1 and $2 returning id, person_id",
        [from, from + 5],
      );
      const comments = truth.write('update', 'comment', ['id'], moved.rows.length);
      for (const comment of moved.rows) {
        const person = await client.query('select name, city_id from person where id = $1', [
          comment.person_id,
        ]);
        truth.follow(comments, 'comment.person_id -> person.id', person.rows.length);
      }
      await client.query('commit');
    } finally {
      client.release();
    }
  },
};
