import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Program } from './programs/program.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const REGISTER = join(HERE, '../../src/register.ts');

const SCHEMA = `
  create table owner (id int primary key, name text not null);
  create table thing (
    id serial primary key, owner_id int not null references owner, name text not null,
    at timestamptz, data jsonb, tags text[]
  )`;

interface Answer {
  readonly id: number;
  readonly lines: readonly string[];
  readonly broken?: boolean;
}

/** A process that runs programs, recorded or bare, on a database of its own. */
export class Child {
  readonly #process: ChildProcess;
  #runs = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** `before` and `after`: modules imported ahead of the recorder, or behind it. */
  static async start(
    serverUrl: string,
    database: string,
    recordInto: string | null,
    more: { readonly before?: string; readonly after?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<Child> {
    const url = await createDatabase(serverUrl, database);
    const files = recordInto === null ? [] : [more.before, REGISTER, more.after];
    const imports = files.flatMap((file) => (file === undefined ? [] : ['--import', file]));
    const child = fork(join(HERE, 'child/main.ts'), [url], {
      execArgv: ['--conditions=@cowpath/source', ...imports],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...(recordInto === null
          ? {}
          : { COWPATH_DIR: recordInto, COWPATH_FLUSH_INTERVAL_MS: '100', COWPATH_PLANS: '1' }),
        ...more.env,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the child ended with ${code} before it was ready`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return new Child(child);
  }

  async run(program: Program): Promise<readonly string[]> {
    const id = ++this.#runs;
    const child = this.#process;
    this.#process.send({ id, program });
    const { lines, broken } = await new Promise<Answer>((resolve, reject) => {
      const over = (): void => {
        child.off('message', answered);
        child.off('exit', died);
      };
      const answered = (answer: unknown): void => {
        if ((answer as Answer).id !== id) return;
        over();
        resolve(answer as Answer);
      };
      const died = (code: number | null): void => {
        over();
        reject(new Error(`the child ended with ${code}`));
      };
      child.on('message', answered);
      child.on('exit', died);
    });
    if (broken) throw new Error(lines.join('\n'));
    return lines;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const server = new pg.Client(serverUrl);
  await server.connect();
  await server.query(`create database ${name}`);
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
  return url.href;
}
