import type { RawPage } from '../../drivers/raw.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: { id: number }[] = [];
let makers: TruthStep;

/** A small table loaded whole: whatever a request looks up in it was loaded, followed or not. */
export const wholeTable: RawPage = {
  shows: 'a whole table loaded at start-up',
  root: 'GET /assortment/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db: pool }, truth) {
    const all = await pool.query('select id, name from maker order by id');
    makers = truth.query('maker', [], all.rows.length);
    loaded.push(...all.rows);
  },
  async run({ db: pool }, truth, random) {
    for (const index of random.some(5, 0, loaded.length - 1)) {
      const made = await pool.query('select id, name from product where maker_id = $1 order by id limit 3', [
        loaded[index]!.id,
      ]);
      const products = truth.follow(makers, 'maker.id -> product.maker_id', made.rows.length);
      for (const { id } of made.rows) {
        const sold = await pool.query('select count(*) from invoice_line where product_id = $1', [id]);
        truth.follow(products, 'product.id -> invoice_line.product_id', sold.rows.length);
      }
    }
  },
};
