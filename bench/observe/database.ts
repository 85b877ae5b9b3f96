import pg from 'pg';
import { startPostgres, type TestPostgres } from '../../packages/cowpath/test/postgres.ts';

/** 2,000 persons with 50 articles each, keys declared. */
const SCHEMA = `
  create table city (id int primary key, name text not null);
  create table person (
    id int primary key, name text not null, email text not null,
    city_id int not null references city, created_at timestamptz not null);
  create table article (
    id int primary key, title text not null, person_id int not null references person,
    pages int not null, created_at timestamptz not null);
  create index on article (person_id);
  insert into city select i, 'city ' || i from generate_series(1, 50) i;
  insert into person select i, 'person ' || i, 'p' || i || '@example.org', i % 50 + 1, now() from generate_series(1, 2000) i;
  insert into article select i, 'article ' || i, (i - 1) / 50 + 1, i % 300, now() from generate_series(1, 100000) i;
`;

/** A Postgres with what the program asks for. */
export async function startDatabase(): Promise<TestPostgres> {
  const postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(SCHEMA);
  await client.query('vacuum analyze');
  await client.end();
  return postgres;
}
