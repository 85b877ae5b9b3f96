import { asc, eq } from 'drizzle-orm';
import { invoice, invoiceLine, maker, product } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Siblings asked for all at once over uuid and bigint keys; the product comes joined with its maker. */
export const promiseAll: DrizzlePage = {
  shows: 'Promise.all',
  root: 'GET /people/:n/invoices',
  served: 'fastify',
  requests: 24,
  together: 3,
  async run({ db }, truth, _random, n) {
    const found = await db
      .select({ id: invoice.id, note: invoice.note })
      .from(invoice)
      .where(eq(invoice.personId, n));
    const invoices = truth.query('invoice', ['person_id'], found.length);
    await Promise.all(
      found.map(async ({ id }) => {
        const rows = await db
          .select()
          .from(invoiceLine)
          .where(eq(invoiceLine.invoiceId, id))
          .orderBy(asc(invoiceLine.id));
        const lines = truth.follow(invoices, 'invoice.id -> invoice_line.invoice_id', rows.length);
        await Promise.all(
          rows.map(async ({ productId }) => {
            const made = await db
              .select({ product, maker })
              .from(product)
              .innerJoin(maker, eq(maker.id, product.makerId))
              .where(eq(product.id, productId));
            truth.follow(lines, 'invoice_line.product_id -> product.id', made.length);
          }),
        );
      }),
    );
  },
};
