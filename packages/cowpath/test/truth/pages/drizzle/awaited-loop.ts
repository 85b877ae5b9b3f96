import { asc, eq } from 'drizzle-orm';
import { article, city, country, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** A list, its authors one by one, their cities and countries. */
export const awaitedLoop: DrizzlePage = {
  shows: 'awaited loop',
  root: 'GET /sections/:n/articles',
  served: 'express',
  requests: 30,
  together: 1,
  async run({ db }, truth, _random, n) {
    const listed = await db
      .select()
      .from(article)
      .where(eq(article.sectionId, n))
      .orderBy(asc(article.title));
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const { authorId } of listed) {
      const author = await db.select().from(person).where(eq(person.id, authorId)).limit(1);
      const authors = truth.follow(articles, 'article.author_id -> person.id', author.length);
      const home = await db.select().from(city).where(eq(city.id, author[0]!.cityId));
      const cities = truth.follow(authors, 'person.city_id -> city.id', home.length);
      const land = await db
        .select({ name: country.name })
        .from(country)
        .where(eq(country.code, home[0]!.countryCode));
      truth.follow(cities, 'city.country_code -> country.code', land.length);
    }
  },
};
