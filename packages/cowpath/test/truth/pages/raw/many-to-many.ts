import type { RawPage } from '../../drivers/raw.ts';

/** Tags through a join with the link table, in array rows; other articles of the same tags in two steps. */
export const manyToMany: RawPage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'fastify',
  requests: 20,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const written = await pool.query({
      text: 'select title, id from article where author_id = $1 order by id',
      values: [n],
      rowMode: 'array',
    });
    const articles = truth.query('article', ['author_id'], written.rows.length);
    for (const [, id] of written.rows) {
      const tagged = await pool.query({
        text: `select t.id, t.name from tag t join article_tag link on link.tag_id = t.id
          where link.article_id = $1 order by t.name`,
        values: [id],
        rowMode: 'array',
      });
      const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.rows.length);
      for (const [tagId] of tagged.rows.slice(0, 2)) {
        const links = await pool.query(
          'select * from article_tag where tag_id = $1 order by article_id limit 3',
          [tagId],
        );
        truth.follow(tags, 'tag.id -> article_tag.tag_id', links.rows.length);
      }
    }
  },
};
