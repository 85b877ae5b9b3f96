/**
 * A Next.js application under Cowpath: installs Next in a temporary folder, builds a small shop with an app
 * router and a pages router, serves it recorded in two ways, and checks contexts, trails and call sites.
 *
 *     node scripts/next.ts [--next 16]
 *
 * Not in CI, as Next is no dependency of this repository. Takes a minute or two; asks the package registry.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProfile } from '@cowpath/profile';
import { Command } from 'commander';
import { CLI, queriesIn, REGISTER } from '../packages/cowpath/test/recorded.ts';
import { startWorld, trailsIn } from '../packages/cowpath/test/starts/world.ts';

const INSTALL_MS = 300_000;
const SERVE_MS = 60_000;
const SOURCE = '--conditions=@cowpath/source';

const FILES: Readonly<Record<string, string>> = {
  'db.js': `
    import pg from 'pg';
    export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });`,
  'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
  'app/page.js': 'export default () => <p>shop</p>;',
  'app/books/route.js': `
    import { pool } from '../../db.js';
    export const dynamic = 'force-dynamic';
    export async function GET() {
      const { rows } = await pool.query('select id, author_id from book order by id limit 20');
      for (const book of rows) {
        const { rows: [author] } = await pool.query('select name from author where id = $1', [book.author_id]);
        book.author = author.name;
      }
      return Response.json(rows);
    }`,
  'app/authors/[slug]/page.js': `
    import { pool } from '../../../db.js';
    export default async function Author({ params }) {
      const { slug } = await params;
      const { rows: [author] } = await pool.query('select id, name from author where name = $1', [slug.replace('-', ' ')]);
      return <p>{author.name}</p>;
    }`,
  'pages/old/[slug].js': `
    import { pool } from '../../db.js';
    export async function getServerSideProps({ params }) {
      const { rows } = await pool.query('select id, name from author where name = $1', [params.slug.replace('-', ' ')]);
      return { props: { author: rows[0] } };
    }
    export default ({ author }) => <p>{author.name}</p>;`,
};

/** The line of the loop's query in the file above. */
const LOOP_LINE = 7;
const TIMES = 6;
const EXPECTED: Readonly<Record<string, number>> = {
  'GET /authors/[slug]': TIMES,
  'GET /books': 21 * TIMES,
  'GET /old/[slug]': TIMES,
};

const WAYS: Readonly<Record<string, (next: string) => { args: readonly string[]; options: string }>> = {
  'cowpath record -- next start': (next) => ({
    args: [CLI, 'record', '--', process.execPath, next],
    options: '',
  }),
  'NODE_OPTIONS="--import cowpath/register" next start': (next) => ({
    args: [next],
    options: `${SOURCE} --import=${REGISTER}`,
  }),
};

const command = new Command('next')
  .description('A Next.js application under Cowpath: contexts, trails and call sites.')
  .option('--next <version>', 'the version of Next to install', '16')
  .addHelpText('after', '\nExamples:\n  $ node scripts/next.ts\n  $ node scripts/next.ts --next 15')
  .parse();
process.exitCode = await run(command.opts<{ next: string }>().next);

async function run(version: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-next-'));
  const world = await startWorld();
  const env = { ...process.env, DATABASE_URL: world.url, NEXT_TELEMETRY_DISABLED: '1' };
  let wrong = 0;
  try {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true }');
    const settings = { cwd: folder, env, stdio: 'inherit', timeout: INSTALL_MS } as const;
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', `next@${version}`, 'react', 'react-dom', 'pg'],
      settings,
    );
    const next = join(folder, 'node_modules/next/dist/bin/next');
    execFileSync(process.execPath, [next, 'build'], settings);
    for (const [title, way] of Object.entries(WAYS)) {
      const profile = join(folder, 'profile');
      rmSync(profile, { recursive: true, force: true });
      const { args, options } = way(next);
      await serve(
        [...args, 'start'],
        folder,
        { ...env, NODE_OPTIONS: options, COWPATH_DIR: profile },
        profile,
      );
      const differences = check(profile);
      console.log(`${title}: ${differences.length === 0 ? 'as expected' : differences.join('\n  ')}`);
      wrong += differences.length;
    }
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return wrong > 0 ? 1 : 0;
}

/** Serves until the requests have been answered and recorded. */
async function serve(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  profile: string,
): Promise<void> {
  const port = await freePort();
  const record = args[1] === 'record' ? [args[0]!, 'record', '--dir', profile, ...args.slice(2)] : args;
  const server = spawn(process.execPath, [SOURCE, ...record, '-p', String(port), '-H', '127.0.0.1'], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: SERVE_MS,
  });
  const ended = new Promise((done) => server.once('close', done));
  try {
    const base = `http://127.0.0.1:${port}`;
    await answering(base, server);
    for (let i = 0; i < TIMES; i++)
      for (const path of ['/books', `/authors/author-${i}`, `/old/author-${i}`]) await get(base + path);
  } finally {
    server.kill('SIGINT');
    await ended;
  }
}

async function answering(base: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + SERVE_MS;
  while (server.exitCode === null && Date.now() < until) {
    try {
      return await get(`${base}/`);
    } catch {
      await sleep(100);
    }
  }
  throw new Error('Next did not begin to serve');
}

async function get(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(SERVE_MS) });
  await answer.text();
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}`);
}

/** What is not as expected in the profile. */
function check(profile: string): string[] {
  const differences: string[] = [];
  const same = (what: string, found: unknown, expected: unknown): void => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== should) differences.push(`${what} are ${is}, not ${should}`);
  };
  same('queries', Object.fromEntries(Object.entries(queriesIn(profile)).sort()), EXPECTED);
  const books = [`book: ${TIMES} queries`, `book.author_id -> author.id: ${20 * TIMES} queries`];
  same('trails of GET /books', trailsIn(profile)['GET /books'], books);
  const trail = [...(readProfile(profile).builder.contexts.get('GET /books')?.trails.values() ?? [])];
  const loop = trail
    .flatMap(({ children }) => [...children.values()])
    .flatMap(({ uses }) => [...uses.values()]);
  const frames = loop
    .flatMap(({ sites }) => sites.toRecords())
    .flatMap((record) => record.frames.slice(0, 1));
  const lines = frames.map(({ file, line }) => `${file}:${line}`);
  same('lines of the loop', [...new Set(lines)], [`app/books/route.js:${LOOP_LINE}`]);
  return differences;
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
