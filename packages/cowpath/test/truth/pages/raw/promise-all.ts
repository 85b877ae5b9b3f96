import type { RawPage } from '../../drivers/raw.ts';

/** Siblings asked for all at once, three levels deep, over uuid and bigint keys; more of them than connections. */
export const promiseAll: RawPage = {
  shows: 'Promise.all',
  root: 'GET /people/:n/invoices',
  served: 'express',
  requests: 24,
  together: 3,
  async run({ db: pool }, truth, _random, n) {
    const found = await pool.query('select id, note from invoice where person_id = $1', [n]);
    const invoices = truth.query('invoice', ['person_id'], found.rows.length);
    await Promise.all(
      found.rows.map(async (invoice) => {
        const { rows } = await pool.query('select * from invoice_line where invoice_id = $1 order by id', [
          invoice.id,
        ]);
        const lines = truth.follow(invoices, 'invoice.id -> invoice_line.invoice_id', rows.length);
        await Promise.all(
          rows.map(async (line) => {
            const product = await pool.query('select name, maker_id from product where id = $1', [
              line.product_id,
            ]);
            const products = truth.follow(
              lines,
              'invoice_line.product_id -> product.id',
              product.rows.length,
            );
            const maker = await pool.query('select name from maker where id = $1', [
              product.rows[0].maker_id,
            ]);
            truth.follow(products, 'product.maker_id -> maker.id', maker.rows.length);
          }),
        );
      }),
    );
  },
};
