/**
 * The drivers and ORMs of the matrix. Each has `drivers/<name>.ts`, which connects, and the folder
 * `held-out/<name>` with its pages; those of `TUNED` have pages in every other set too.
 */
export interface Driver {
  readonly name: string;
  readonly title: string;
  /** The package whose installed version the table names. */
  readonly package: string;
  /** What a reader of the table should know; a sentence or two. */
  readonly note: string;
}

const raw: Driver = { name: 'raw', title: 'node-postgres, by hand', package: 'pg', note: '' };
const drizzle: Driver = { name: 'drizzle', title: 'Drizzle', package: 'drizzle-orm', note: '' };

/** The thresholds were chosen with half of the pages of these. */
export const TUNED: readonly Driver[] = [raw, drizzle];

export const MATRIX: readonly Driver[] = [
  raw,
  drizzle,
  {
    name: 'kysely',
    title: 'Kysely',
    package: 'kysely',
    note: 'Streams through a cursor, transactions, lists by `in` and `any`, `withRecursive`. Relations nested by `jsonArrayFrom` are opaque: their queries are counted, what is followed from inside the JSON is not.',
  },
  {
    name: 'knex',
    title: 'Knex',
    package: 'knex',
    note: 'Streams, `pluck`, `first`, transactions, `withRecursive` with `select *`.',
  },
  {
    name: 'objection',
    title: 'Objection',
    package: 'objection',
    note: '`withGraphFetched` and `fetchGraph` (one query for each relation, recursive ones too) and `$relatedQuery` for each object.',
  },
  {
    name: 'typeorm',
    title: 'TypeORM',
    package: 'typeorm',
    note: 'Lazy relations; `find` with `relations`, by join and by query. A lazy relation is asked for by a join with its owner: it is shown as the reference that it follows.',
  },
  {
    name: 'mikro-orm',
    title: 'MikroORM',
    package: '@mikro-orm/core',
    note: 'References loaded one by one, collections, `populate` by join and by `in`. What its identity map answers is no load.',
  },
  {
    name: 'prisma',
    title: 'Prisma 7, @prisma/adapter-pg',
    package: '@prisma/client',
    note: '`include` (one more query for each relation), the fluent API, lookups by key; `findUnique` calls that begin together go out as one query.',
  },
  {
    name: 'sequelize',
    title: 'Sequelize',
    package: 'sequelize',
    note: 'Lazy `getX()`, `include` with `separate` (also with a limit, which becomes a UNION) and by join. Literals stand in the text. It has no words for recursive queries: that one is written in SQL.',
  },
];
