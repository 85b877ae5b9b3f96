import { between, eq } from 'drizzle-orm';
import * as tables from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** The same tables in two schemas, by their full names. */
export const tenants: DrizzlePage = {
  shows: 'tenant schemas',
  root: 'stock of a tenant',
  served: 'context',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const { name, item, bin } = tables.tenants[n % 2]!;
    const from = random.from(1, 60);
    const listed = await db
      .select()
      .from(item)
      .where(between(item.id, from, from + 6));
    const items = truth.query(`${name}.item`, ['id'], listed.length);
    await Promise.all(
      listed.map(async ({ binId }) => {
        const found = await db.select().from(bin).where(eq(bin.id, binId));
        truth.follow(items, `${name}.item.bin_id -> ${name}.bin.id`, found.length);
      }),
    );
  },
};
