import { asc, eq } from 'drizzle-orm';
import { invoiceLine, maker, product } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: { id: number }[] = [];
let makers: TruthStep;

/** A small table loaded whole: whatever a request looks up in it was loaded, followed or not. */
export const wholeTable: DrizzlePage = {
  shows: 'a whole table loaded at start-up',
  root: 'GET /assortment/:n',
  served: 'express',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    loaded.push(...(await db.select().from(maker).orderBy(asc(maker.id))));
    makers = truth.query('maker', [], loaded.length);
  },
  async run({ db }, truth, random) {
    for (const index of random.some(5, 0, loaded.length - 1)) {
      const made = await db.select().from(product).where(eq(product.makerId, loaded[index]!.id)).limit(3);
      const products = truth.follow(makers, 'maker.id -> product.maker_id', made.length);
      for (const { id } of made) {
        await db.$count(invoiceLine, eq(invoiceLine.productId, id));
        truth.follow(products, 'product.id -> invoice_line.product_id', 1);
      }
    }
  },
};
