import type { RawPage } from '../../drivers/raw.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: RawPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const living = await pool.query('select id, name from person where city_id = $1', [n]);
    const people = truth.query('person', ['city_id'], living.rows.length);
    for (const { id } of living.rows) {
      const said = await pool.query(
        'select count(*)::int as n, max(id) as newest from comment where person_id = $1',
        [id],
      );
      truth.follow(people, 'person.id -> comment.person_id', said.rows.length);
      const written = await pool.query(
        'select section_id, count(*) from article where author_id = $1 group by section_id order by 2 desc, 1',
        [id],
      );
      const groups = truth.follow(people, 'person.id -> article.author_id', written.rows.length);
      for (const group of written.rows.slice(0, 2)) {
        const section = await pool.query('select name from section where id = $1', [group.section_id]);
        truth.follow(groups, 'article.section_id -> section.id', section.rows.length);
      }
    }
  },
};
