/**
 * Pages whose lookups meet values that were loaded before, by chance or by habit: nothing here follows
 * anything, but what is told as followed. The chances are those of small tables, where they are highest.
 */
import type { Page } from '../truth/page.ts';
import type { Random } from '../truth/random.ts';
import type { TruthContext } from '../truth/truth.ts';
import type { Queries } from './queries.ts';

/** Many requests, so that coincidences have time to add up. */
const REQUESTS = process.env['COWPATH_SOAK'] === '1' ? 400 : 40;
const PEOPLE = 60;

type Run = (queries: Queries, truth: TruthContext, random: Random, n: number) => Promise<void>;

const RUNS: Record<string, Run> = {
  'ids at random': async (queries, truth, random) => {
    await articles(queries, truth, random, 10);
    for (let i = 0; i < 6; i++) await lookUp(queries, truth, 'person', random.from(1, PEOPLE));
  },
  'ids at random, all at once': async (queries, truth, random) => {
    await comments(queries, truth, random, 12);
    await Promise.all(random.some(6, 1, PEOPLE).map((id) => lookUp(queries, truth, 'person', id)));
  },
  'one id at random': async (queries, truth, random) => {
    await articles(queries, truth, random, 15);
    await lookUp(queries, truth, 'section', random.from(1, 40));
    await lookUp(queries, truth, 'person', random.from(1, PEOPLE));
  },
  'ids at random, the low ones more often': async (queries, truth, random) => {
    const low = (): number => Math.min(random.from(1, 20), random.from(1, 20), random.from(1, 20));
    const listed = await queries.people(low(), 8);
    truth.query('person', ['id'], listed.length);
    for (let i = 0; i < 4; i++) {
      await lookUp(queries, truth, 'city', Math.min(low(), 12));
      await lookUp(queries, truth, 'person', low() + 25);
    }
  },
  'a loop from 1 to n over several tables': async (queries, truth, random) => {
    await articles(queries, truth, random, 10);
    for (let id = 1; id <= 10; id++) {
      for (const table of ['product', 'tag', 'maker', 'person', 'section'] as const) {
        await lookUp(queries, truth, table, id);
      }
    }
  },
  'a loop over all there are': async (queries, truth, random) => {
    const listed = await queries.people(random.from(1, 50), 10);
    truth.query('person', ['id'], listed.length);
    for (let id = 1; id <= 12; id++) await lookUp(queries, truth, 'city', id);
  },
  'values known that cover everything': async (queries, truth, random) => {
    const listed = await queries.people(1, PEOPLE);
    truth.query('person', ['id'], listed.length);
    for (const id of random.some(3, 1, 12)) await lookUp(queries, truth, 'city', id);
  },
  'half of a small table known': async (queries, truth, random) => {
    const listed = await queries.people(random.from(1, 50), 8);
    truth.query('person', ['id'], listed.length);
    for (const id of random.some(3, 1, 12)) await lookUp(queries, truth, 'city', id);
  },
  'the same constants in every request': async (queries, truth, random) => {
    await articles(queries, truth, random, 12);
    for (const id of [5, 9, 14, 22, 31]) await lookUp(queries, truth, 'person', id);
  },
  'the same constants beside the same list': async (queries, truth) => {
    const listed = await queries.articles(1, 12);
    truth.query('article', ['id'], listed.length);
    for (const id of [5, 9, 14, 22, 31]) await lookUp(queries, truth, 'person', id);
  },
  'two constants that are in the list': async (queries, truth) => {
    const listed = await queries.articles(1, 12);
    truth.query('article', ['id'], listed.length);
    for (const { authorId } of [listed[2]!, listed[7]!]) await lookUp(queries, truth, 'person', authorId);
  },
  'featured ids from the configuration': async (queries, truth, random) => {
    await articles(queries, truth, random, 8);
    const featured = await queries.featured();
    truth.query('setting', ['name'], featured.length);
    for (const { value } of featured) {
      await lookUp(queries, truth, 'person', Number(value));
      await lookUp(queries, truth, 'section', Number(value));
    }
  },
  'ids kept from the request before': async (queries, truth, random) => {
    const kept = before;
    const listed = await articles(queries, truth, random, 6);
    before = listed.map(({ authorId }) => authorId);
    for (const id of kept) await lookUp(queries, truth, 'person', id);
  },
  'keys of two columns, the tenant shared': async (queries, truth, random, n) => {
    const tenant = 1 + (n % 6);
    const listed = await queries.projects(tenant);
    truth.query('project', ['tenant_id'], listed.length);
    for (const id of random.some(4, 1, 20)) {
      const found = await queries.account(tenant, id);
      truth.query('account', ['id', 'tenant_id'], found.length);
    }
  },
  'backward, by numbers of its own': async (queries, truth, random) => {
    const listed = await queries.people(random.from(1, 45), 12);
    truth.query('person', ['id'], listed.length);
    for (let i = 0; i < 3; i++) {
      const written = await queries.articlesBy(random.from(1, PEOPLE));
      truth.query('article', ['author_id'], written.length);
      const said = await queries.commentsOf(1 + i);
      truth.query('comment', ['person_id'], said.length);
    }
  },
  'a loop from 1 to n beside a list that starts anywhere': async (queries, truth, random) => {
    const listed = await queries.people(random.from(1, 20), 10);
    truth.query('person', ['id'], listed.length);
    for (let id = 1; id <= 6; id++) {
      const said = await queries.commentsOf(id);
      truth.query('comment', ['person_id'], said.length);
    }
  },
  'references without a foreign key, at random': async (queries, truth, random) => {
    const listed = await queries.readings(random.from(1, 480), 15);
    truth.query('reading', ['id'], listed.length);
    for (const id of random.some(5, 1, 70)) await lookUp(queries, truth, 'sensor', id);
  },
  'in a nested context': async (queries, truth, random) => {
    await articles(queries, truth, random, 12);
    await truth.nested('side', async (side) => {
      for (const id of random.some(4, 1, PEOPLE)) await lookUp(queries, side, 'person', id);
    });
  },
  'beside a true follow, of another shape': async (queries, truth, random) => {
    const { rows, step } = await listedArticles(queries, truth, random, 8);
    for (const { authorId } of rows) {
      const found = await queries.person(authorId);
      truth.follow(step, 'article.author_id -> person.id', found.length);
    }
    for (const id of random.some(3, 1, PEOPLE)) {
      const found = await queries.personName(id);
      truth.query('person', ['id'], found.length);
    }
  },
  'beside a true follow, of the same shape': async (queries, truth, random) => {
    const { rows, step } = await listedArticles(queries, truth, random, 8);
    for (const { authorId } of rows) {
      const found = await queries.person(authorId);
      truth.follow(step, 'article.author_id -> person.id', found.length);
    }
    for (const id of random.some(2, 1, PEOPLE)) await lookUp(queries, truth, 'person', id);
  },
  'within a true follow, all at once': async (queries, truth, random) => {
    const { rows, step } = await listedArticles(queries, truth, random, 8);
    const decoys = random.some(4, 1, 40);
    await Promise.all(
      rows.map(async ({ authorId }, i) => {
        const found = await queries.person(authorId);
        truth.follow(step, 'article.author_id -> person.id', found.length);
        if (i % 2 === 0) await lookUp(queries, truth, 'section', decoys[i / 2]!);
      }),
    );
  },
};

let before: number[] = [];

/** The pages, asking in the given way. */
export function adversarialPages<Db>(ask: (db: Db) => Queries): readonly Page<Db>[] {
  return Object.entries(RUNS).map(([name, run], i) => ({
    shows: name,
    root: name,
    served: 'context',
    requests: REQUESTS,
    together: 1 + (i % 3),
    async startUp({ db }) {
      if (i === 0) await ask(db).feature();
    },
    run: ({ db }, truth, random, n) => run(ask(db), truth, random, n),
  }));
}

async function listedArticles(queries: Queries, truth: TruthContext, random: Random, count: number) {
  const rows = await queries.articles(random.from(1, 160 - count), count);
  return { rows, step: truth.query('article', ['id'], rows.length) };
}

async function articles(queries: Queries, truth: TruthContext, random: Random, count: number) {
  return (await listedArticles(queries, truth, random, count)).rows;
}

async function comments(queries: Queries, truth: TruthContext, random: Random, count: number) {
  const rows = await queries.comments(random.from(1, 680), count);
  truth.query('comment', ['id'], rows.length);
  return rows;
}

type Looked = 'person' | 'section' | 'city' | 'product' | 'tag' | 'maker' | 'sensor';

/** A row by a key that comes from nowhere. */
async function lookUp(queries: Queries, truth: TruthContext, table: Looked, id: number): Promise<void> {
  const found = await queries[table](id);
  truth.query(table, ['id'], found.length);
}
