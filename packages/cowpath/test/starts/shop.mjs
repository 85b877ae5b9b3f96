/** A shop that knows nothing of Cowpath: eight requests to its own server, each a list and then its authors one by one. */
import { createServer } from 'node:http';

const LIST = 'select id, author_id, title from book order by id offset $1 limit 5';
const ONE = 'select name from author where id = $1';

export async function books(pool, page) {
  const { rows } = await pool.query(LIST, [page * 5]);
  const lines = [];
  for (const { title, author_id } of rows) {
    const { rows } = await pool.query(ONE, [author_id]);
    lines.push(`${title} by ${rows[0].name}`);
  }
  return lines;
}

export function serve(pool) {
  const server = createServer(async (request, response) => {
    const page = Number(new URL(request.url, 'http://shop').searchParams.get('page'));
    response.end(JSON.stringify(await books(pool, page)));
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

/** Visits every page, and prints the answers. */
export async function walk(server, print = console.log) {
  const { port } = server.address();
  for (let page = 0; page < 8; page++) {
    const answer = await fetch(`http://127.0.0.1:${port}/books?page=${page}`);
    print(await answer.text());
  }
}

export async function close(server, pool) {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await pool.end();
}
