/**
 * The tables of `schema.ts` as MikroORM knows them. To-one relations are references, loaded when asked;
 * to-many ones collections.
 */
import { defineEntity, p } from '@mikro-orm/postgresql';

export const City = defineEntity({
  name: 'City',
  tableName: 'city',
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    countryCode: p.text().fieldName('country_code'),
    people: () => p.oneToMany(Person).mappedBy('city'),
  },
});

export const Person = defineEntity({
  name: 'Person',
  tableName: 'person',
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    city: () => p.manyToOne(City).ref().fieldName('city_id'),
    articles: () => p.oneToMany(Article).mappedBy('author'),
    comments: () => p.oneToMany(Comment).mappedBy('person'),
  },
});

export const Section = defineEntity({
  name: 'Section',
  tableName: 'section',
  properties: { id: p.integer().primary(), name: p.text() },
});

export const Article = defineEntity({
  name: 'Article',
  tableName: 'article',
  properties: {
    id: p.bigint('number').primary(),
    title: p.text(),
    section: () => p.manyToOne(Section).ref().fieldName('section_id'),
    author: () => p.manyToOne(Person).ref().fieldName('author_id'),
    editor: () => p.manyToOne(Person).ref().fieldName('editor_id'),
    publishedOn: p.date().fieldName('published_on'),
    comments: () => p.oneToMany(Comment).mappedBy('article'),
    tags: () =>
      p.manyToMany(Tag).pivotTable('article_tag').joinColumn('article_id').inverseJoinColumn('tag_id'),
  },
});

export const Comment = defineEntity({
  name: 'Comment',
  tableName: 'comment',
  properties: {
    id: p.bigint('number').primary(),
    article: () => p.manyToOne(Article).ref().fieldName('article_id'),
    person: () => p.manyToOne(Person).ref().fieldName('person_id'),
    body: p.text(),
  },
});

export const Tag = defineEntity({
  name: 'Tag',
  tableName: 'tag',
  properties: { id: p.integer().primary(), name: p.text() },
});

export const Product = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: { id: p.bigint('number').primary(), name: p.text() },
});

export const Station = defineEntity({
  name: 'Station',
  tableName: 'station',
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    sensors: () => p.oneToMany(Sensor).mappedBy('station'),
  },
});

export const Sensor = defineEntity({
  name: 'Sensor',
  tableName: 'sensor',
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    station: () => p.manyToOne(Station).ref().fieldName('station_id'),
  },
});

export const Reading = defineEntity({
  name: 'Reading',
  tableName: 'reading',
  properties: {
    id: p.bigint('number').primary(),
    sensor: () => p.manyToOne(Sensor).ref().fieldName('sensor_id'),
    value: p.integer(),
  },
});

export const Setting = defineEntity({
  name: 'Setting',
  tableName: 'setting',
  properties: { id: p.integer().primary(), name: p.text(), value: p.text() },
});

/** A view that the schema has. */
export const ArticleCard = defineEntity({
  name: 'ArticleCard',
  tableName: 'article_card',
  properties: {
    id: p.bigint('number').primary(),
    title: p.text(),
    author: () => p.manyToOne(Person).ref().fieldName('author_id'),
    sectionName: p.text().fieldName('section_name'),
  },
});
