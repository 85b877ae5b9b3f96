import { and, asc, eq, gte, like, lt, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import * as tables from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';
import { adversarialPages } from '../pages.ts';
import type { Queries } from '../queries.ts';

function queries(db: NodePgDatabase): Queries {
  const {
    account,
    article,
    city,
    comment,
    maker,
    person,
    product,
    project,
    reading,
    section,
    sensor,
    setting,
    tag,
  } = tables;
  const within = (id: PgColumn, from: number, count: number) => and(gte(id, from), lt(id, from + count));
  const named = (table: PgTable & { id: PgColumn; name: PgColumn }) => async (id: number) => {
    const rows = await db.select({ name: table.name }).from(table).where(eq(table.id, id));
    return rows as { name: string }[];
  };
  return {
    articles: (from, count) =>
      db
        .select()
        .from(article)
        .where(within(article.id, from, count))
        .orderBy(asc(article.id)),
    comments: (from, count) =>
      db
        .select()
        .from(comment)
        .where(within(comment.id, from, count))
        .orderBy(asc(comment.id)),
    people: (from, count) =>
      db
        .select()
        .from(person)
        .where(within(person.id, from, count))
        .orderBy(asc(person.id)),
    readings: (from, count) =>
      db
        .select()
        .from(reading)
        .where(within(reading.id, from, count)),
    projects: (tenant) => db.select().from(project).where(eq(project.tenantId, tenant)),
    feature: () =>
      db
        .update(setting)
        .set({ name: sql`'featured ' || ${setting.id}`, value: sql`4 + ${setting.id} * 3` })
        .where(lte(setting.id, 4)),
    featured: () => db.select({ value: setting.value }).from(setting).where(like(setting.name, 'featured%')),
    person: (id) => db.select().from(person).where(eq(person.id, id)),
    personName: named(person),
    section: named(section),
    city: named(city),
    product: named(product),
    tag: named(tag),
    maker: named(maker),
    sensor: named(sensor),
    account: (tenant, id) =>
      db
        .select()
        .from(account)
        .where(and(eq(account.tenantId, tenant), eq(account.id, id))),
    articlesBy: (author) =>
      db.select({ title: article.title }).from(article).where(eq(article.authorId, author)),
    commentsOf: (who) =>
      db
        .select({ body: comment.body })
        .from(comment)
        .where(eq(comment.personId, who))
        .orderBy(asc(comment.id))
        .limit(2),
  };
}

export const pages: readonly DrizzlePage[] = adversarialPages(queries);
