/** Statements in the form that each library writes them. */
import { beforeAll, describe } from 'vitest';
import { loadParser } from '../../src/sql/index.ts';
import { table } from './summary.ts';

beforeAll(loadParser);

describe('Kysely', () => {
  table([
    [
      'select "id", "title" from "book" where "author_id" = $1 and "price" > $2 order by "published_at" desc limit $3',
      {
        verb: 'select',
        tables: ['book#0'],
        where: ['book.author_id equal p1'],
        selectedBy: 'book.author_id book.price',
        orderedBy: 'book.published_at',
        outputs: 'book.id book.title',
        flags: 'readOnly limited',
      },
    ],
    [
      'select "person"."id", (select coalesce(json_agg(agg), \'[]\') from (select "pet"."id", "pet"."name" from "pet" where "pet"."owner_id" = "person"."id" order by "pet"."name") as agg) as "pets", (select to_json(obj) from (select "pet"."id" from "pet" where "pet"."owner_id" = "person"."id" and "pet"."is_favorite" = $1) as obj) as "favorite" from "person" where "person"."id" in ($2, $3)',
      {
        verb: 'select',
        tables: ['person#0', 'pet#2', 'pet#4'],
        where: ['person.id in p2 | p3', 'pet.is_favorite#4 equal p1'],
        joins: ['pet.owner_id#2 = person.id', 'pet.owner_id#4 = person.id'],
        selectedBy: 'person.id pet.is_favorite#4',
        outputs: 'person.id pets=json(pet) favorite=json(pet)',
        flags: 'readOnly',
      },
    ],
    [
      'insert into "person" ("first_name", "age") values ($1, $2), ($3, default) on conflict ("id") do update set "age" = "excluded"."age" returning "id"',
      {
        verb: 'insert',
        tables: ['person#0 target'],
        outputs: 'person.id',
        inserted: ['first_name,age on conflict', 'p1,p2', 'p3,-'],
        flags: 'returning',
      },
    ],
  ]);
});

describe('Drizzle', () => {
  table([
    [
      'select "books"."id", "books"."title", "authors"."name" from "books" inner join "authors" on "books"."author_id" = "authors"."id" where ("books"."price" < $1 and "books"."publisher_id" = $2) order by "books"."title" asc limit $3 offset $4',
      {
        verb: 'select',
        tables: ['books#0', 'authors#0'],
        where: ['books.publisher_id equal p2'],
        joins: ['books.author_id = authors.id'],
        selectedBy: 'books.price books.publisher_id',
        orderedBy: 'books.title',
        outputs: 'books.id books.title authors.name',
        flags: 'readOnly limited',
      },
    ],
    [
      'select "id", "name" from "authors" where "authors"."id" = $1 limit $2',
      {
        verb: 'select',
        tables: ['authors#0'],
        where: ['authors.id equal p1'],
        selectedBy: 'authors.id',
        outputs: 'authors.id authors.name',
        flags: 'readOnly limited',
      },
    ],
    // db.query.books.findMany({ with: { author: true, reviews: { limit: 3, with: { user: true } } } })
    [
      `select "books"."id", "books"."title", "books_author"."data" as "author", "books_reviews"."data" as "reviews" from "books" "books" left join lateral (select json_build_array("books_author"."id", "books_author"."name") as "data" from (select * from "authors" "books_author" where "books_author"."id" = "books"."author_id" limit $1) "books_author") "books_author" on true left join lateral (select coalesce(json_agg(json_build_array("books_reviews"."id", "books_reviews"."rating", "books_reviews_user"."data")), '[]'::json) as "data" from (select * from "reviews" "books_reviews" where "books_reviews"."book_id" = "books"."id" order by "books_reviews"."created_at" desc limit $2) "books_reviews" left join lateral (select json_build_array("books_reviews_user"."id", "books_reviews_user"."name") as "data" from (select * from "users" "books_reviews_user" where "books_reviews_user"."id" = "books_reviews"."user_id" limit $3) "books_reviews_user") "books_reviews_user" on true) "books_reviews" on true where "books"."id" = $4 limit $5`,
      {
        verb: 'select',
        tables: [
          'books#0',
          'authors books_author#2',
          'reviews books_reviews#4',
          'users books_reviews_user#6',
        ],
        where: ['books.id equal p4'],
        joins: [
          'books_author.id#2 = books.author_id',
          'books_reviews.book_id#4 = books.id',
          'books_reviews_user.id#6 = books_reviews.user_id#4',
        ],
        selectedBy: 'books.id',
        outputs: 'books.id books.title author=json(authors) reviews=json(reviews users)',
        flags: 'readOnly limited',
      },
    ],
    [
      'insert into "books" ("id", "title", "author_id") values (default, $1, $2), (default, $3, $4) returning "id", "title"',
      {
        verb: 'insert',
        tables: ['books#0 target'],
        outputs: 'books.id books.title',
        inserted: ['id,title,author_id', '-,p1,p2', '-,p3,p4'],
        flags: 'returning',
      },
    ],
  ]);
});

describe('Prisma', () => {
  table([
    [
      'SELECT "public"."Post"."id", "public"."Post"."title", "public"."Post"."authorId" FROM "public"."Post" WHERE "public"."Post"."authorId" IN ($1,$2,$3) OFFSET $4',
      {
        verb: 'select',
        tables: ['public.Post#0'],
        where: ['Post.authorId in p1 | p2 | p3'],
        selectedBy: 'Post.authorId',
        outputs: 'Post.id Post.title Post.authorId',
        flags: 'readOnly',
      },
    ],
    [
      'SELECT "public"."User"."id" FROM "public"."User" WHERE ("public"."User"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
      {
        verb: 'select',
        tables: ['public.User#0'],
        where: ['User.id equal p1'],
        selectedBy: 'User.id',
        outputs: 'User.id',
        flags: 'readOnly limited',
      },
    ],
    [
      `SELECT "t0"."id", "t0"."name", "User_posts"."__prisma_data__" AS "posts" FROM "public"."User" AS "t0" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t2"."id", 'title', "t2"."title") AS "__prisma_data__" FROM (SELECT "t1".* FROM "public"."Post" AS "t1" WHERE "t0"."id" = "t1"."authorId" /* root select */) AS "t2" /* inner select */) AS "t3" /* middle select */) AS "t4" /* outer select */) AS "User_posts" ON TRUE WHERE "t0"."id" = $1`,
      {
        verb: 'select',
        tables: ['public.User t0#0', 'public.Post t1#4'],
        where: ['t0.id equal p1'],
        joins: ['t0.id = t1.authorId#4'],
        selectedBy: 't0.id',
        outputs: 't0.id t0.name posts=json(Post)',
        flags: 'readOnly',
      },
    ],
    [
      'SELECT "t0"."id" FROM "public"."Post" AS "t0" LEFT JOIN "public"."User" AS "j0" ON ("j0"."id") = ("t0"."authorId") WHERE ("j0"."email" = $1 AND ("j0"."id" IS NOT NULL))',
      {
        verb: 'select',
        tables: ['public.Post t0#0', 'public.User j0#0'],
        where: ['j0.email equal p1'],
        joins: ['j0.id = t0.authorId'],
        selectedBy: 'j0.email j0.id',
        outputs: 't0.id',
        flags: 'readOnly',
      },
    ],
    [
      'SELECT "t0"."id" FROM "public"."User" AS "t0" WHERE ("t0"."id") IN (SELECT "t1"."authorId" FROM "public"."Post" AS "t1" WHERE ("t1"."published" = $1 AND "t1"."authorId" IS NOT NULL))',
      {
        verb: 'select',
        tables: ['public.User t0#0', 'public.Post t1#1 unloaded'],
        where: ['t1.published#1 equal p1'],
        joins: ['t0.id = t1.authorId#1'],
        selectedBy: 't0.id',
        outputs: 't0.id',
        flags: 'readOnly',
      },
    ],
    [
      'INSERT INTO "public"."User" ("name","email") VALUES ($1,$2) RETURNING "public"."User"."id"',
      {
        verb: 'insert',
        tables: ['public.User#0 target'],
        outputs: 'User.id',
        inserted: ['name,email', 'p1,p2'],
        flags: 'returning',
      },
    ],
  ]);
});

describe('TypeORM', () => {
  table([
    [
      'SELECT "Book"."id" AS "Book_id", "Book"."title" AS "Book_title", "Book__Book_author"."id" AS "Book__Book_author_id" FROM "book" "Book" LEFT JOIN "author" "Book__Book_author" ON "Book__Book_author"."id"="Book"."authorId" WHERE (("Book"."id" = $1))',
      {
        verb: 'select',
        tables: ['book Book#0', 'author Book__Book_author#0'],
        where: ['Book.id equal p1'],
        joins: ['Book__Book_author.id = Book.authorId'],
        selectedBy: 'Book.id',
        outputs: 'Book_id=Book.id Book_title=Book.title Book__Book_author_id=Book__Book_author.id',
        flags: 'readOnly',
      },
    ],
    // Pagination with joins: the ids first, from a subquery
    [
      'SELECT DISTINCT "distinctAlias"."Book_id" AS "ids_Book_id", "distinctAlias"."Book_title" FROM (SELECT "Book"."id" AS "Book_id", "Book"."title" AS "Book_title" FROM "book" "Book" LEFT JOIN "review" "r" ON "r"."bookId"="Book"."id" WHERE "Book"."publisherId" IN ($1, $2)) "distinctAlias" ORDER BY "distinctAlias"."Book_title" ASC, "Book_id" ASC LIMIT 10',
      {
        verb: 'select',
        tables: ['book Book#1', 'review r#1'],
        where: ['Book.publisherId#1 in p1 | p2'],
        joins: ['r.bookId#1 = Book.id#1'],
        selectedBy: 'Book.publisherId#1',
        orderedBy: 'Book.title#1 Book.id#1',
        outputs: 'ids_Book_id=Book.id#1 Book_title=Book.title#1',
        flags: 'readOnly limited',
      },
    ],
    [
      'INSERT INTO "book"("title", "authorId", "createdAt") VALUES ($1, $2, DEFAULT), ($3, $4, DEFAULT) RETURNING "id", "createdAt"',
      {
        verb: 'insert',
        tables: ['book#0 target'],
        outputs: 'book.id book.createdAt',
        inserted: ['title,authorId,createdAt', 'p1,p2,-', 'p3,p4,-'],
        flags: 'returning',
      },
    ],
    ['START TRANSACTION', { verb: 'transaction' }],
  ]);
});

describe('MikroORM', () => {
  table([
    [
      'select "a0".* from "author" as "a0" where "a0"."id" in (11, 12, 13)',
      {
        verb: 'select',
        tables: ['author a0#0'],
        where: ['a0.id in 11 | 12 | 13'],
        selectedBy: 'a0.id',
        outputs: 'a0*',
        flags: 'readOnly',
      },
    ],
    [
      `select "b0"."id", "b0"."title", "a1"."id" as "a1__id", "a1"."name" as "a1__name" from "book" as "b0" left join "author" as "a1" on "b0"."author_id" = "a1"."id" where "b0"."uuid" = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d' and "b0"."rank" = -3 order by "b0"."title" asc limit 1`,
      {
        verb: 'select',
        tables: ['book b0#0', 'author a1#0'],
        where: ['b0.uuid equal 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d', 'b0.rank equal -3'],
        joins: ['b0.author_id = a1.id'],
        selectedBy: 'b0.uuid b0.rank',
        orderedBy: 'b0.title',
        outputs: 'b0.id b0.title a1__id=a1.id a1__name=a1.name',
        flags: 'readOnly limited',
      },
    ],
    // Pagination with joins: the ids in a subquery of a subquery
    [
      'select "b0".*, "t1"."id" as "t1__id" from "book" as "b0" left join "book_tags" as "t2" on "b0"."id" = "t2"."book_id" left join "tag" as "t1" on "t2"."tag_id" = "t1"."id" where "b0"."id" in (select "b0"."id" from (select "b0"."id" from "book" as "b0" left join "book_tags" as "t2" on "b0"."id" = "t2"."book_id" where "t2"."tag_id" = 5 group by "b0"."id" limit 10) as "b0")',
      {
        verb: 'select',
        tables: ['book b0#0', 'book_tags t2#0', 'tag t1#0', 'book b0#2 unloaded', 'book_tags t2#2 unloaded'],
        where: ['t2.tag_id#2 equal 5'],
        joins: ['b0.id = t2.book_id', 't2.tag_id = t1.id', 'b0.id#2 = t2.book_id#2', 'b0.id = b0.id#2'],
        selectedBy: 'b0.id',
        outputs: 'b0* t1__id=t1.id',
        flags: 'readOnly',
      },
    ],
    [
      `insert into "book" ("title", "author_id") values ('It''s', 1), ('B', 2) returning "id"`,
      {
        verb: 'insert',
        tables: ['book#0 target'],
        outputs: 'book.id',
        inserted: ['title,author_id', "It's,1", 'B,2'],
        flags: 'returning',
      },
    ],
    [
      `update "book" set "title" = case when ("id" = 1) then 'x' when ("id" = 2) then 'y' else "title" end where "id" in (1, 2)`,
      {
        verb: 'update',
        tables: ['book#0 target unloaded'],
        where: ['book.id in 1 | 2'],
        selectedBy: 'book.id',
      },
    ],
  ]);
});

describe('Sequelize', () => {
  table([
    [
      `SELECT "Book"."id", "Book"."title", "author"."id" AS "author.id", "author"."name" AS "author.name" FROM "Books" AS "Book" LEFT OUTER JOIN "Authors" AS "author" ON "Book"."authorId" = "author"."id" WHERE "Book"."publisherId" = 7 AND "Book"."title" = 'x';`,
      {
        verb: 'select',
        tables: ['Books Book#0', 'Authors author#0'],
        where: ['Book.publisherId equal 7', 'Book.title equal x'],
        joins: ['Book.authorId = author.id'],
        selectedBy: 'Book.publisherId Book.title',
        outputs: 'Book.id Book.title author.id=author.id author.name=author.name',
        flags: 'readOnly',
      },
    ],
    // include with limit: the main table in a subquery
    [
      `SELECT "Book".*, "reviews"."id" AS "reviews.id" FROM (SELECT "Book"."id", "Book"."title" FROM "Books" AS "Book" WHERE "Book"."authorId" = 3 ORDER BY "Book"."title" LIMIT 5) AS "Book" LEFT OUTER JOIN "Reviews" AS "reviews" ON "Book"."id" = "reviews"."bookId" ORDER BY "Book"."title"`,
      {
        verb: 'select',
        tables: ['Books Book#1', 'Reviews reviews#0'],
        where: ['Book.authorId#1 equal 3'],
        joins: ['Book.id#1 = reviews.bookId'],
        selectedBy: 'Book.authorId#1',
        orderedBy: 'Book.title#1',
        outputs: 'Book.id#1 Book.title#1 reviews.id=reviews.id',
        flags: 'readOnly',
      },
    ],
    // separate: true with limit per parent
    [
      `SELECT "Review".* FROM (SELECT * FROM (SELECT "id", "bookId" FROM "Reviews" AS "Review" WHERE "Review"."bookId" = 1 ORDER BY "Review"."id" LIMIT 3) AS sub UNION ALL SELECT * FROM (SELECT "id", "bookId" FROM "Reviews" AS "Review" WHERE "Review"."bookId" = 2 ORDER BY "Review"."id" LIMIT 3) AS sub) AS "Review"`,
      {
        verb: 'select',
        tables: ['Reviews Review#3', 'Reviews Review#5'],
        where: ['Review.bookId#3 equal 1', 'Review.bookId#5 equal 2'],
        selectedBy: 'Review.bookId#3 Review.bookId#5',
        outputs: 'Review.id#3 Review.bookId#3',
        flags: 'readOnly',
      },
    ],
    [
      `INSERT INTO "Books" ("id","title","authorId") VALUES (DEFAULT,$1,$2) RETURNING "id","title","authorId";`,
      {
        verb: 'insert',
        tables: ['Books#0 target'],
        outputs: 'Books.id Books.title Books.authorId',
        inserted: ['id,title,authorId', '-,p1,p2'],
        flags: 'returning',
      },
    ],
  ]);
});

describe('Knex and Objection', () => {
  table([
    [
      'select "id", "title" from "books" where "author_id" = $1 and "deleted_at" is null order by "title" asc limit $2',
      {
        verb: 'select',
        tables: ['books#0'],
        where: ['books.author_id equal p1'],
        selectedBy: 'books.author_id books.deleted_at',
        orderedBy: 'books.title',
        outputs: 'books.id books.title',
        flags: 'readOnly limited',
      },
    ],
    [
      'select "authors".* from "authors" where "authors"."id" in ($1, $2, $3)',
      {
        verb: 'select',
        tables: ['authors#0'],
        where: ['authors.id in p1 | p2 | p3'],
        selectedBy: 'authors.id',
        outputs: 'authors*',
        flags: 'readOnly',
      },
    ],
    // withGraphFetched over a link table
    [
      'select "tags".*, "books_tags"."book_id" as "objectiontmpjoin0" from "tags" inner join "books_tags" on "tags"."id" = "books_tags"."tag_id" where "books_tags"."book_id" in ($1, $2)',
      {
        verb: 'select',
        tables: ['tags#0', 'books_tags#0'],
        where: ['books_tags.book_id in p1 | p2'],
        joins: ['tags.id = books_tags.tag_id'],
        selectedBy: 'books_tags.book_id',
        outputs: 'tags* objectiontmpjoin0=books_tags.book_id',
        flags: 'readOnly',
      },
    ],
    [
      'select * from "events" where ("tenant_id", "id") in (($1, $2), ($3, $4))',
      {
        verb: 'select',
        tables: ['events#0'],
        where: ['events.tenant_id,events.id in p1,p2 | p3,p4'],
        selectedBy: 'events.tenant_id events.id',
        outputs: 'events*',
        flags: 'readOnly',
      },
    ],
    [
      'insert into "books" ("title") values ($1) returning *',
      {
        verb: 'insert',
        tables: ['books#0 target'],
        outputs: 'books*',
        inserted: ['title', 'p1'],
        flags: 'returning',
      },
    ],
    ['BEGIN;', { verb: 'transaction' }],
  ]);
});
