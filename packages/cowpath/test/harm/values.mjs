/** Sends canaries wherever a value can stand. Each is one word, so that it cannot be met by chance. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const fails = async (...args) => {
  try {
    await pool.query(...args);
  } catch {
    // Its message names the canary; that is what this is for.
  }
};
await context('page', async () => {
  for (let i = 0; i < 12; i++) {
    const { rows } = await pool.query('select * from secret where owner = $1 order by id', ['canaryowner']);
    for (const { id } of rows) await pool.query('select * from detail where secret_id = $1', [id]);
    await pool.query(`select * from secret where name = 'canaryliteral' and id <> 'canarykey${i}'`);
    await pool.query(
      `select * from secret where name = E'canary\\'escaped' or name = $tag$canarydollar$tag$`,
    );
    await pool.query(`select 1 /* canarycomment */ -- canaryline\n`);
    await pool.query(
      `select id from secret where name like 'canarylike%' and owner in ('canaryin1', U&'canaryunicode')`,
    );
    await pool.query({
      name: 'canaryprepared',
      text: 'select * from secret where id = $1',
      values: ['canarynamed'],
    });
    await pool.query('insert into secret values ($1, $2, $3) on conflict do nothing returning *', [
      'canarynew',
      'canaryinserted',
      'x',
    ]);
    await pool.query(`update secret set name = 'canaryset' where id = 'canarynobody'`);
    await fails('select $1::int', ['canarynumber']);
    await fails(`select * from secret where name = 'canaryunclosed`);
    await fails(`select 'canarybefore' from nothing where x = "canaryidentifier"`);
    await fails(`insert into secret values ('canaryrow1', 'canaryduplicate', 'x')`);
    await fails('canarygibberish (((');
  }
});
await pool.end();
