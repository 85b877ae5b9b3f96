import { createHash } from 'node:crypto';
import type { RawPage } from '../../drivers/raw.ts';

/** Objects made here and followed at once: one by the key that the database returned, one by a key of our own. */
export const created: RawPage = {
  shows: 'created origins',
  root: 'new invoices',
  served: 'context',
  requests: 10,
  together: 2,
  async run({ db: pool }, truth, random, n) {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const bought = random.some(2, 1, 50);
      const inserted = await client.query(
        'insert into invoice (person_id, note) values ($1, $2) returning id',
        [random.from(1, 60), `returned ${n}`],
      );
      const invoices = truth.created('invoice', null);
      for (const product of bought) {
        await client.query('insert into invoice_line (invoice_id, product_id, quantity) values ($1, $2, 1)', [
          inserted.rows[0].id,
          product,
        ]);
        truth.created('invoice_line', null);
      }
      const own = createHash('md5')
        .update(`own ${n}`)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      await client.query('insert into invoice (id, person_id, note) values ($1, $2, $3)', [
        own,
        random.from(1, 60),
        'own',
      ]);
      truth.created('invoice', null);
      for (const product of bought) {
        await client.query('insert into invoice_line (invoice_id, product_id, quantity) values ($1, $2, 2)', [
          own,
          product,
        ]);
        truth.created('invoice_line', null);
      }
      await client.query('commit');
      for (const id of [inserted.rows[0].id, own]) {
        const { rows } = await client.query('select id, product_id from invoice_line where invoice_id = $1', [
          id,
        ]);
        const lines = truth.follow(invoices, 'invoice.id -> invoice_line.invoice_id', rows.length);
        for (const line of rows) {
          const product = await client.query('select name from product where id = $1', [line.product_id]);
          truth.follow(lines, 'invoice_line.product_id -> product.id', product.rows.length);
        }
      }
    } finally {
      client.release();
    }
  },
};
