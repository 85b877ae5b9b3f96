/**
 * The tables of `schema.ts` as TypeORM knows them. Relations are lazy: a promise that loads when it is
 * first awaited, or that `find` with `relations` has filled. Keys of type bigint are strings.
 */
import { EntitySchema } from 'typeorm';

export interface City {
  id: number;
  name: string;
  countryCode: string;
  people: Promise<Person[]>;
}
export const City: EntitySchema<City> = new EntitySchema<City>({
  name: 'City',
  tableName: 'city',
  columns: {
    id: { type: 'int', primary: true },
    name: { type: 'text' },
    countryCode: { name: 'country_code', type: 'text' },
  },
  relations: { people: { type: 'one-to-many', target: 'Person', inverseSide: 'city', lazy: true } },
});

export interface Person {
  id: number;
  name: string;
  cityId: number;
  city: Promise<City>;
  comments: Promise<Comment[]>;
}
export const Person: EntitySchema<Person> = new EntitySchema<Person>({
  name: 'Person',
  tableName: 'person',
  columns: {
    id: { type: 'int', primary: true },
    name: { type: 'text' },
    cityId: { name: 'city_id', type: 'int' },
  },
  relations: {
    city: { type: 'many-to-one', target: 'City', joinColumn: { name: 'city_id' }, lazy: true },
    comments: { type: 'one-to-many', target: 'Comment', inverseSide: 'person', lazy: true },
  },
});

export interface Section {
  id: number;
  name: string;
}
export const Section: EntitySchema<Section> = new EntitySchema<Section>({
  name: 'Section',
  tableName: 'section',
  columns: { id: { type: 'int', primary: true }, name: { type: 'text' } },
});

export interface Article {
  id: string;
  title: string;
  sectionId: number;
  authorId: number;
  editorId: number;
  publishedOn: string;
  section: Promise<Section>;
  author: Promise<Person>;
  editor: Promise<Person>;
  comments: Promise<Comment[]>;
  tags: Promise<ArticleTag[]>;
}
export const Article: EntitySchema<Article> = new EntitySchema<Article>({
  name: 'Article',
  tableName: 'article',
  columns: {
    id: { type: 'bigint', primary: true },
    title: { type: 'text' },
    sectionId: { name: 'section_id', type: 'int' },
    authorId: { name: 'author_id', type: 'int' },
    editorId: { name: 'editor_id', type: 'int' },
    publishedOn: { name: 'published_on', type: 'date' },
  },
  relations: {
    section: { type: 'many-to-one', target: 'Section', joinColumn: { name: 'section_id' }, lazy: true },
    author: { type: 'many-to-one', target: 'Person', joinColumn: { name: 'author_id' }, lazy: true },
    editor: { type: 'many-to-one', target: 'Person', joinColumn: { name: 'editor_id' }, lazy: true },
    comments: { type: 'one-to-many', target: 'Comment', inverseSide: 'article', lazy: true },
    tags: { type: 'one-to-many', target: 'ArticleTag', inverseSide: 'article', lazy: true },
  },
});

export interface Comment {
  id: string;
  articleId: string;
  personId: number;
  body: string;
  article: Promise<Article>;
  person: Promise<Person>;
}
export const Comment: EntitySchema<Comment> = new EntitySchema<Comment>({
  name: 'Comment',
  tableName: 'comment',
  columns: {
    id: { type: 'bigint', primary: true },
    articleId: { name: 'article_id', type: 'bigint' },
    personId: { name: 'person_id', type: 'int' },
    body: { type: 'text' },
  },
  relations: {
    article: {
      type: 'many-to-one',
      target: 'Article',
      inverseSide: 'comments',
      joinColumn: { name: 'article_id' },
      lazy: true,
    },
    person: {
      type: 'many-to-one',
      target: 'Person',
      inverseSide: 'comments',
      joinColumn: { name: 'person_id' },
      lazy: true,
    },
  },
});

export interface ArticleTag {
  articleId: string;
  tagId: number;
  article: Promise<Article>;
}
export const ArticleTag: EntitySchema<ArticleTag> = new EntitySchema<ArticleTag>({
  name: 'ArticleTag',
  tableName: 'article_tag',
  columns: {
    articleId: { name: 'article_id', type: 'bigint', primary: true },
    tagId: { name: 'tag_id', type: 'int', primary: true },
  },
  relations: {
    article: {
      type: 'many-to-one',
      target: 'Article',
      inverseSide: 'tags',
      joinColumn: { name: 'article_id' },
      lazy: true,
    },
  },
});

export interface Product {
  id: string;
  name: string;
  makerId: number;
}
export const Product: EntitySchema<Product> = new EntitySchema<Product>({
  name: 'Product',
  tableName: 'product',
  columns: {
    id: { type: 'bigint', primary: true },
    name: { type: 'text' },
    makerId: { name: 'maker_id', type: 'int' },
  },
});

export interface Station {
  id: number;
  name: string;
  sensors: Promise<Sensor[]>;
}
export const Station: EntitySchema<Station> = new EntitySchema<Station>({
  name: 'Station',
  tableName: 'station',
  columns: { id: { type: 'int', primary: true }, name: { type: 'text' } },
  relations: { sensors: { type: 'one-to-many', target: 'Sensor', inverseSide: 'station', lazy: true } },
});

export interface Sensor {
  id: number;
  name: string;
  stationId: number;
  station: Promise<Station>;
}
export const Sensor: EntitySchema<Sensor> = new EntitySchema<Sensor>({
  name: 'Sensor',
  tableName: 'sensor',
  columns: {
    id: { type: 'int', primary: true },
    name: { type: 'text' },
    stationId: { name: 'station_id', type: 'int' },
  },
  relations: {
    station: {
      type: 'many-to-one',
      target: 'Station',
      inverseSide: 'sensors',
      joinColumn: { name: 'station_id' },
      lazy: true,
    },
  },
});

export interface Reading {
  id: string;
  sensorId: number;
  value: number;
  sensor: Promise<Sensor>;
}
export const Reading: EntitySchema<Reading> = new EntitySchema<Reading>({
  name: 'Reading',
  tableName: 'reading',
  columns: {
    id: { type: 'bigint', primary: true },
    sensorId: { name: 'sensor_id', type: 'int' },
    value: { type: 'int' },
  },
  relations: {
    sensor: { type: 'many-to-one', target: 'Sensor', joinColumn: { name: 'sensor_id' }, lazy: true },
  },
});

export interface Setting {
  id: number;
  name: string;
  value: string;
}
export const Setting: EntitySchema<Setting> = new EntitySchema<Setting>({
  name: 'Setting',
  tableName: 'setting',
  columns: { id: { type: 'int', primary: true }, name: { type: 'text' }, value: { type: 'text' } },
});

export interface ArticleCard {
  id: string;
  title: string;
  authorId: number;
  sectionName: string;
}
/** A view. What TypeORM would create it from is left out: the schema has it. */
export const ArticleCard: EntitySchema<ArticleCard> = new EntitySchema<ArticleCard>({
  name: 'ArticleCard',
  tableName: 'article_card',
  type: 'view',
  columns: {
    id: { type: 'bigint', primary: true },
    title: { type: 'text' },
    authorId: { name: 'author_id', type: 'int' },
    sectionName: { name: 'section_name', type: 'text' },
  },
});
