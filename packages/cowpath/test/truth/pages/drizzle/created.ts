import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { invoice, invoiceLine, product } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Objects made here and followed at once: one by the key that the database returned, one by a key of our own. */
export const created: DrizzlePage = {
  shows: 'created origins',
  root: 'new invoices',
  served: 'context',
  requests: 10,
  together: 2,
  async run({ db }, truth, random, n) {
    const bought = random.some(2, 1, 50);
    const own = createHash('md5')
      .update(`drizzle ${n}`)
      .digest('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    await db.transaction(async (tx) => {
      const [made] = await tx
        .insert(invoice)
        .values({ personId: random.from(1, 60), note: 'returned' })
        .returning({ id: invoice.id });
      const invoices = truth.created('invoice', null);
      await tx.insert(invoice).values({ id: own, personId: random.from(1, 60), note: 'own' });
      truth.created('invoice', null);
      for (const id of [made!.id, own]) {
        await tx
          .insert(invoiceLine)
          .values(bought.map((productId) => ({ invoiceId: id, productId, quantity: 1 })));
        truth.created('invoice_line', null);
      }
      for (const id of [made!.id, own]) {
        const rows = await tx.select().from(invoiceLine).where(eq(invoiceLine.invoiceId, id));
        const lines = truth.follow(invoices, 'invoice.id -> invoice_line.invoice_id', rows.length);
        for (const { productId } of rows) {
          const named = await tx.select().from(product).where(eq(product.id, productId));
          truth.follow(lines, 'invoice_line.product_id -> product.id', named.length);
        }
      }
    });
  },
};
