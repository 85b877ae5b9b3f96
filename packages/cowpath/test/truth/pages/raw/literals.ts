import type { RawPage } from '../../drivers/raw.ts';

/** Values written into the text, as some ORMs do: numbers, quoted numbers, uuids; every text is new. */
export const literals: RawPage = {
  shows: 'literals inlined in the text',
  root: 'GET /makers/:n/sales',
  served: 'fastify',
  requests: 15,
  together: 1,
  async run({ db: pool }, truth, random, n) {
    const made = await pool.query(`select id, name from product where maker_id = ${n}`);
    const products = truth.query('product', ['maker_id'], made.rows.length);
    for (const product of made.rows) {
      const sold = await pool.query(
        `select "l"."id", "l"."invoice_id", 'sold' as kind from "invoice_line" as "l" where "l"."product_id" = '${product.id}' and quantity < 99 limit ${random.from(2, 3)}`,
      );
      const lines = truth.follow(products, 'product.id -> invoice_line.product_id', sold.rows.length);
      for (const line of sold.rows) {
        const invoice = await pool.query(
          `select person_id from invoice where id = '${line.invoice_id}'::uuid`,
        );
        const invoices = truth.follow(lines, 'invoice_line.invoice_id -> invoice.id', invoice.rows.length);
        const person = await pool.query(
          `select name from person where (id = ${invoice.rows[0].person_id}) -- it's the buyer`,
        );
        truth.follow(invoices, 'invoice.person_id -> person.id', person.rows.length);
      }
    }
  },
};
