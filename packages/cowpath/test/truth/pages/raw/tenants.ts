import type { RawPage } from '../../drivers/raw.ts';

/** The same tables in two schemas: one reached by its search path, one by its name. */
export const tenants: RawPage = {
  shows: 'tenant schemas',
  root: 'stock of a tenant',
  served: 'context',
  requests: 16,
  together: 2,
  async run({ db: pool }, truth, random, n) {
    const tenant = n % 2 === 0 ? 'tenant_red' : 'tenant_blue';
    const client = await pool.connect();
    try {
      await client.query('begin');
      if (n % 4 < 2) await client.query(`set local search_path to ${tenant}, public`);
      const in_ = n % 4 < 2 ? '' : `${tenant}.`;
      const from = random.from(1, 60);
      const listed = await client.query(`select id, bin_id from ${in_}item where id between $1 and $2`, [
        from,
        from + 6,
      ]);
      const items = truth.query(`${tenant}.item`, ['id'], listed.rows.length);
      for (const item of listed.rows) {
        const bin = await client.query(`select id, name from ${in_}bin where id = $1`, [item.bin_id]);
        truth.follow(items, `${tenant}.item.bin_id -> ${tenant}.bin.id`, bin.rows.length);
      }
      await client.query('commit');
    } finally {
      client.release();
    }
  },
};
