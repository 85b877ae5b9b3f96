/** The tables of `schema.ts` as Drizzle knows them. */
import {
  bigint,
  date,
  integer,
  pgSchema,
  pgTable,
  pgView,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';

const key = (name: string) => bigint(name, { mode: 'number' });

export const country = pgTable('country', { code: text('code').primaryKey(), name: text('name').notNull() });
export const city = pgTable('city', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  countryCode: text('country_code').notNull(),
});
export const person = pgTable('person', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  cityId: integer('city_id').notNull(),
});
export const section = pgTable('section', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  parentId: integer('parent_id'),
});
export const article = pgTable('article', {
  id: key('id').primaryKey(),
  title: text('title').notNull(),
  sectionId: integer('section_id').notNull(),
  authorId: integer('author_id').notNull(),
  editorId: integer('editor_id').notNull(),
  publishedOn: date('published_on').notNull(),
});
export const comment = pgTable('comment', {
  id: key('id').primaryKey(),
  articleId: key('article_id').notNull(),
  personId: integer('person_id').notNull(),
  parentId: key('parent_id'),
  body: text('body').notNull(),
});
export const tag = pgTable('tag', { id: integer('id').primaryKey(), name: text('name').notNull() });
export const articleTag = pgTable(
  'article_tag',
  { articleId: key('article_id').notNull(), tagId: integer('tag_id').notNull() },
  (table) => [primaryKey({ columns: [table.articleId, table.tagId] })],
);
export const maker = pgTable('maker', { id: integer('id').primaryKey(), name: text('name').notNull() });
export const product = pgTable('product', {
  id: key('id').primaryKey(),
  name: text('name').notNull(),
  makerId: integer('maker_id').notNull(),
});
export const invoice = pgTable('invoice', {
  id: uuid('id').primaryKey().defaultRandom(),
  personId: integer('person_id').notNull(),
  note: text('note').notNull(),
});
export const invoiceLine = pgTable('invoice_line', {
  id: key('id').primaryKey().generatedByDefaultAsIdentity(),
  invoiceId: uuid('invoice_id').notNull(),
  productId: key('product_id').notNull(),
  quantity: integer('quantity').notNull(),
});

export const account = pgTable('account', {
  tenantId: integer('tenant_id').notNull(),
  id: integer('id').notNull(),
  name: text('name').notNull(),
});
export const project = pgTable('project', {
  tenantId: integer('tenant_id').notNull(),
  id: integer('id').notNull(),
  name: text('name').notNull(),
  ownerId: integer('owner_id').notNull(),
});
export const task = pgTable('task', {
  tenantId: integer('tenant_id').notNull(),
  id: integer('id').notNull(),
  title: text('title').notNull(),
  projectId: integer('project_id').notNull(),
  assigneeId: integer('assignee_id').notNull(),
});

export const station = pgTable('station', { id: integer('id').primaryKey(), name: text('name').notNull() });
export const sensor = pgTable('sensor', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  stationId: integer('station_id').notNull(),
});
export const reading = pgTable('reading', {
  id: key('id').primaryKey(),
  sensorId: integer('sensor_id').notNull(),
  value: integer('value').notNull(),
});
export const setting = pgTable('setting', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  value: text('value').notNull(),
});

export const articleCard = pgView('article_card', {
  id: key('id').notNull(),
  title: text('title').notNull(),
  authorId: integer('author_id').notNull(),
  sectionName: text('section_name').notNull(),
}).existing();

function tenant(name: 'tenant_red' | 'tenant_blue') {
  const schema = pgSchema(name);
  return {
    name,
    bin: schema.table('bin', { id: integer('id').primaryKey(), name: text('name').notNull() }),
    item: schema.table('item', {
      id: integer('id').primaryKey(),
      name: text('name').notNull(),
      binId: integer('bin_id').notNull(),
    }),
  };
}

export const tenants = [tenant('tenant_red'), tenant('tenant_blue')] as const;
