import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const KINDS = ['lookup', 'list'] as const;
export type Kind = (typeof KINDS)[number];

/** What a program is told to do: see program.mjs. */
export interface Block {
  readonly kind: Kind;
  readonly statements: number;
  readonly connections: number;
  readonly statements_per_root: number;
}

/** Of all threads of the program's process. */
export interface Cost {
  readonly cpu_us: number;
  readonly wall_ms: number;
}

/** What the process says. */
interface Answer extends Cost {
  /** CPU time since it began. */
  readonly until_us: number;
}

/** What stands between the program and Postgres: the observer that its contexts come from, and what is loaded first. */
interface Setup {
  readonly observer: string;
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const HERE = import.meta.dirname;

/** The sides, by their names. */
export function setupsOf(source: boolean): Readonly<Record<string, Setup>> {
  const register = source ? join(HERE, '../../packages/cowpath/src/register.ts') : 'cowpath/register';
  return {
    bare: { observer: 'bare' },
    // The same again: what the comparison says of it is the comparison's own error.
    control: { observer: 'bare' },
    // Asks nothing but what is measured: see `others` in program.mjs.
    'bare-single-kind': { observer: 'bare', env: { SINGLE_KIND: '1' } },
    // Contexts and nothing else: what any observer that keeps them with Node's own means costs at least.
    'async-local-storage': { observer: 'async-local-storage' },
    // `context()` without a recorder.
    contexts: { observer: 'cowpath' },
    cowpath: { observer: 'cowpath', preload: register },
    // Without sampling: what the first thousand runs of a context cost, and programs without contexts.
    'cowpath-every-run': { observer: 'cowpath', preload: register, env: { COWPATH_EVERY_RUN: '1' } },
    opentelemetry: {
      observer: 'opentelemetry',
      preload: join(HERE, 'observers/opentelemetry-start.mjs'),
    },
  };
}

export interface ProgramOptions {
  /** The Node that runs it. */
  readonly node: string;
  readonly source: boolean;
  readonly databaseUrl: string;
  /** For profiles. */
  readonly folder: string;
  /** Whether it asks nothing but what is measured. */
  readonly singleKind: boolean;
  /** Of Node's command line. */
  readonly flags?: readonly string[];
}

/** One observed program; a block at a time. */
export class Program {
  readonly name: string;
  /** CPU time since the process began, by its latest answer. */
  #until_us = 0;
  /** So much of it was taken before `restart`, or by blocks since. */
  #accounted_us = 0;
  #statements = 0;
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;

  constructor(name: string, { node, source, databaseUrl, folder, singleKind, flags = [] }: ProgramOptions) {
    this.name = name;
    const { observer, preload, env } = setupsOf(source)[name]!;
    const conditions = source ? ['--conditions=@cowpath/source'] : [];
    const preloads = preload === undefined ? [] : ['--import', preload];
    this.#child = spawn(node, [...flags, ...conditions, ...preloads, join(HERE, 'program.mjs')], {
      cwd: join(HERE, '../../packages/cowpath'),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        OBSERVER: observer,
        COWPATH_DIR: folder,
        ...(singleKind ? { SINGLE_KIND: '1' } : {}),
        ...env,
      },
    });
    this.#ready = this.#next();
  }

  async run(block: Block): Promise<Cost> {
    const answer = await this.#ask(block);
    this.#accounted_us += answer.cpu_us;
    this.#statements += block.statements;
    return answer;
  }

  /** From now on `rest` counts. */
  restart(): void {
    this.#accounted_us = this.#until_us;
    this.#statements = 0;
  }

  /**
   * Has the observer write what it has, and says what the process has taken since `restart` outside its blocks, this
   * included: what timers and other threads did while it was not its turn. CPU microseconds a statement.
   */
  async rest(): Promise<number> {
    const { until_us } = await this.#ask('flush');
    return (until_us - this.#accounted_us) / this.#statements;
  }

  /** Resolves when its process has ended. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }

  async #ask(what: Block | 'flush'): Promise<Answer> {
    await this.#ready;
    const next = this.#next();
    this.#child.send(what);
    const answer = (await next) as Answer;
    this.#until_us = answer.until_us;
    return answer;
  }

  #next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`${this.name} ended with ${code}`));
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        this.#child.off('error', reject);
        resolve(message);
      });
      this.#child.once('exit', ended);
      this.#child.once('error', reject);
    });
  }
}
