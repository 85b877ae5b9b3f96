import type { PrismaPage } from '../../drivers/prisma.ts';
import type { TruthStep } from '../../truth/truth.ts';

const FEATURED = [11, 48, 85, 122, 159];

const loaded: { id: bigint }[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: PrismaPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    loaded.push(...(await db.article.findMany({ where: { id: { in: FEATURED } }, orderBy: { id: 'asc' } })));
    featured = truth.query('article', ['id'], loaded.length);
  },
  async run({ db }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await db.comment.findMany({ where: { articleId: loaded[index]!.id } });
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const { personId } of said) {
        await db.person.findUniqueOrThrow({ where: { id: personId } });
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    }
  },
};
