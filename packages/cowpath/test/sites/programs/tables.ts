/** A small shop: nine books, an author each, two reviews each; and people in cities. */
import pg from 'pg';

export const url: string = process.env['DATABASE_URL']!;

const TABLES = `
  create table if not exists author (id int primary key, name text not null);
  create table if not exists book (id int primary key, title text not null, author_id int not null references author);
  create table if not exists review (id int primary key, book_id int not null references book, rating int not null);
  create table if not exists city (id int primary key, name text not null, country_code text not null);
  create table if not exists person (id int primary key, name text not null, city_id int not null references city);
  insert into author select i, 'author ' || i from generate_series(1, 9) i on conflict do nothing;
  insert into book select i, 'book ' || i, 10 - i from generate_series(1, 9) i on conflict do nothing;
  insert into review select i, 1 + i % 9, 1 + i % 5 from generate_series(1, 18) i on conflict do nothing;
  insert into city select i, 'city ' || i, 'aa' from generate_series(1, 9) i on conflict do nothing;
  insert into person select i, 'person ' || i, 10 - i from generate_series(1, 9) i on conflict do nothing;`;

export async function makeTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(TABLES);
  await client.end();
}
