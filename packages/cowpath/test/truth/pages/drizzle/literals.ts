import { eq, sql } from 'drizzle-orm';
import { invoice, invoiceLine, product } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Values written into the text by `sql.raw`, beside others that are bound. */
export const literals: DrizzlePage = {
  shows: 'literals inlined in the text',
  root: 'GET /makers/:n/sales',
  served: 'fastify',
  requests: 15,
  together: 1,
  async run({ db }, truth, random, n) {
    const made = await db.select().from(product).where(eq(product.makerId, n));
    const products = truth.query('product', ['maker_id'], made.length);
    for (const { id } of made) {
      const sold = await db
        .select({ invoiceId: invoiceLine.invoiceId })
        .from(invoiceLine)
        .where(sql`${invoiceLine.productId} = ${sql.raw(String(id))}`)
        .limit(random.from(2, 3));
      const lines = truth.follow(products, 'product.id -> invoice_line.product_id', sold.length);
      for (const { invoiceId } of sold) {
        const [found] = await db
          .select()
          .from(invoice)
          .where(sql`${invoice.id} = ${sql.raw(`'${invoiceId}'`)}`);
        const invoices = truth.follow(lines, 'invoice_line.invoice_id -> invoice.id', 1);
        const buyer = await db.execute(
          sql.raw(`select "name" from "person" where "id" = ${found!.personId}`),
        );
        truth.follow(invoices, 'invoice.person_id -> person.id', buyer.rows.length);
      }
    }
  },
};
