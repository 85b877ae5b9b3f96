import type pg from 'pg';
import type { RawPage } from '../../drivers/raw.ts';
import { adversarialPages } from '../pages.ts';
import type { Queries } from '../queries.ts';

function queries(pool: pg.Pool): Queries {
  const all =
    (text: string) =>
    async (...values: unknown[]) => {
      const { rows } = await pool.query(text, values);
      return rows;
    };
  const range = (columns: string, table: string) =>
    all(`select ${columns} from ${table} where id >= $1 and id < $1::bigint + $2::bigint order by id`);
  return {
    articles: range(
      'id, section_id as "sectionId", author_id as "authorId", editor_id as "editorId"',
      'article',
    ),
    comments: range('id, article_id as "articleId", person_id as "personId"', 'comment'),
    people: range('id, city_id as "cityId"', 'person'),
    readings: range('id, sensor_id as "sensorId"', 'reading'),
    projects: all(
      'select tenant_id as "tenantId", id, owner_id as "ownerId" from project where tenant_id = $1',
    ),
    feature: all("update setting set name = 'featured ' || id, value = 4 + id * 3 where id <= 4"),
    featured: all("select value from setting where name like 'featured%'"),
    person: all('select id, city_id as "cityId" from person where id = $1'),
    personName: all('select name from person where id = $1'),
    section: all('select name from section where id = $1'),
    city: all('select name from city where id = $1'),
    product: all('select name from product where id = $1'),
    tag: all('select name from tag where id = $1'),
    maker: all('select name from maker where id = $1'),
    sensor: all('select name from sensor where id = $1'),
    account: all('select name from account where tenant_id = $1 and id = $2'),
    articlesBy: all('select title from article where author_id = $1'),
    commentsOf: all('select body from comment where person_id = $1 order by id limit 2'),
  };
}

export const pages: readonly RawPage[] = adversarialPages(queries);
