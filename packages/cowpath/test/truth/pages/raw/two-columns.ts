import pg from 'pg';
import type { RawPage } from '../../drivers/raw.ts';

/** Keys as objects, so that only the database's text form can be compared. */
class Id {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toPostgres(): string {
    return this.text;
  }
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT4 || oid === pg.types.builtins.INT8)
      return (text: string) => new Id(text);
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** Author and editor, both a person, one after the other; own parsers that return objects. */
export const twoColumns: RawPage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run({ db: pool }, truth, _random, n) {
    const listed = await pool.query({
      text: 'select * from article where section_id = $1 order by id',
      values: [n],
      types,
    });
    const articles = truth.query('article', ['section_id'], listed.rows.length);
    for (const article of listed.rows) {
      const author = await pool.query({
        text: 'select name from person where id = $1',
        values: [article.author_id],
        types,
      });
      truth.follow(articles, 'article.author_id -> person.id', author.rows.length);
      const editor = await pool.query({
        text: 'select name from person where id = $1',
        values: [article.editor_id],
        types,
      });
      truth.follow(articles, 'article.editor_id -> person.id', editor.rows.length);
    }
  },
};

/** The same rows, but only the editor is ever asked for. */
export const oneOfTwoColumns: RawPage = {
  shows: 'one of two columns referencing one table',
  root: 'GET /desk',
  served: 'http',
  requests: 20,
  together: 2,
  async run({ db: pool }, truth, random) {
    const from = random.from(1, 140);
    const listed = await pool.query(
      'select id, author_id, editor_id from article where id between $1 and $2',
      [from, from + 7],
    );
    const articles = truth.query('article', ['id'], listed.rows.length);
    await Promise.all(
      listed.rows.map(async (article) => {
        const editor = await pool.query('select id, name from person where id = $1', [article.editor_id]);
        truth.follow(articles, 'article.editor_id -> person.id', editor.rows.length);
      }),
    );
  },
};
