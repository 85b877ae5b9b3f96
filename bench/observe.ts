/**
 * What observing costs: the CPU time of a program that does nothing but ask Postgres, under Cowpath and
 * under OpenTelemetry's instrumentation of node-postgres, as ratios to the same program alone.
 *
 * Each side is a process that stays; a round runs a block on each of them in the order A B C, C B A, so that
 * a slow drift of the machine meets all alike. CPU time is that of all threads of the process, with the
 * observer's flush at the end of each block. Cowpath runs as compiled: `npm run build` first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import pg from 'pg';
import { startPostgres } from '../packages/cowpath/test/postgres.ts';
import { benchCommand, listOf, wholeFrom } from './command.ts';
import { pairedRatio, type Ratio } from './kv/statistics.ts';

const KINDS = ['lookup', 'list'] as const;
const SIDES = ['cowpath', 'cowpath-every-run', 'opentelemetry'];
const values = benchCommand({
  file: 'bench/observe.ts',
  measures:
    'CPU time of a program that does nothing but ask Postgres, under Cowpath and under OpenTelemetry, as ratios to the same program alone. `npm run build` first.',
  takes: 'Takes ten to twelve minutes.',
  examples: [
    'node bench/observe.ts                             # every workload, 80 rounds',
    'node bench/observe.ts --rounds 4 --block-ms 200   # a short look',
    'node bench/observe.ts --node node_modules/node22/bin/node --kind lookup --connections 1',
  ],
})
  .option('--rounds <number>', 'A B C, C B A', wholeFrom(1, 100_000), 80)
  .option('--block-ms <number>', 'of each side, twice in a round', wholeFrom(1, 600_000), 300)
  .option('--node <path>', 'the Node that runs the program', process.execPath)
  .addOption(new Option('--kind <kinds...>', 'of statements').choices(KINDS).default([...KINDS]))
  .option(
    '--connections <numbers>',
    'as many at once, one after another, with commas between',
    listOf(wholeFrom(1, 1_000)),
    [1, 10],
  )
  .option('--statements-per-root <number>', 'in each context', wholeFrom(1, 100_000), 1)
  .addOption(new Option('--side <sides...>', 'what is compared').choices(SIDES).default([...SIDES]))
  .option('--source', "runs Cowpath's sources, for work on it", false)
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<{
    rounds: number;
    blockMs: number;
    node: string;
    kind: Kind[];
    connections: number[];
    statementsPerRoot: number;
    side: string[];
    source: boolean;
    json: boolean;
  }>();
const { rounds, blockMs: block_ms } = values;

type Kind = (typeof KINDS)[number];
interface Block {
  readonly kind: Kind;
  readonly statements: number;
  readonly connections: number;
  readonly statements_per_root: number;
}
interface Cost {
  readonly cpu_us: number;
  readonly wall_ms: number;
}
interface Result {
  readonly kind: Kind;
  readonly connections: number;
  readonly side: string;
  readonly statements: number;
  readonly bare_us: number;
  readonly cpu: Ratio;
  readonly wall: Ratio;
}

const HERE = import.meta.dirname;
const REGISTER = values.source ? join(HERE, '../packages/cowpath/src/register.ts') : 'cowpath/register';
const IMPORTS: Record<string, readonly string[]> = {
  bare: [],
  cowpath: ['--import', REGISTER],
  /** Without sampling: what the first thousand runs of a context cost, and programs without contexts. */
  'cowpath-every-run': ['--import', REGISTER],
  opentelemetry: ['--import', join(HERE, 'observe/observers/opentelemetry-start.mjs')],
};

/** One observed program; a block at a time. */
class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;

  constructor(name: string, databaseUrl: string, folder: string) {
    this.name = name;
    const conditions = values.source ? ['--conditions=@cowpath/source'] : [];
    const program = [...conditions, ...IMPORTS[name]!, join(HERE, 'observe/program.mjs')];
    this.#child = spawn(values.node, program, {
      cwd: join(HERE, '../packages/cowpath'),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        OBSERVER: name.split('-')[0],
        ...(name === 'cowpath-every-run' ? { COWPATH_EVERY_RUN: '1' } : {}),
        COWPATH_DIR: folder,
      },
    });
    this.#ready = this.#next();
  }

  async run(block: Block): Promise<Cost> {
    await this.#ready;
    const answer = this.#next();
    this.#child.send(block);
    return (await answer) as Cost;
  }

  stop(): void {
    this.#child.disconnect();
  }

  #next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`${this.name} ended with ${code}`));
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        resolve(message);
      });
      this.#child.once('exit', ended);
    });
  }
}

async function measure(kind: Kind, connections: number, databaseUrl: string): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-observe-'));
  const names = ['bare', ...values.side];
  const programs = names.map((name) => new Program(name, databaseUrl, folder));
  try {
    const block = (statements: number): Block => ({
      kind,
      connections,
      statements,
      statements_per_root: values.statementsPerRoot,
    });
    // Warm: until the compiler has seen everything often enough.
    for (const program of programs) await program.run(block(20_000));
    const { wall_ms } = await programs[0]!.run(block(5_000));
    const statements = Math.max(100, Math.round((5_000 / wall_ms) * block_ms));
    const costs = names.map((): Cost[] => []);
    for (let round = 0; round < rounds; round++) {
      const order = [...programs.keys()];
      for (const side of [...order, ...order.reverse()]) {
        costs[side]!.push(await programs[side]!.run(block(statements)));
      }
      if (process.stderr.isTTY)
        process.stderr.write(`\r${kind}, ${connections}: round ${round + 1} of ${rounds} `);
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    // Both blocks of a round together: one pair a round.
    const sums = (side: number, of: (cost: Cost) => number): number[] =>
      Array.from({ length: rounds }, (_, i) => of(costs[side]![2 * i]!) + of(costs[side]![2 * i + 1]!));
    const ratio = (side: number, of: (cost: Cost) => number): Ratio => {
      const bare = sums(0, of);
      return pairedRatio(sums(side, of).map((sum, i) => [sum, bare[i]!] as const));
    };
    const bare = sums(0, ({ cpu_us }) => cpu_us).sort((a, b) => a - b);
    return values.side.map((side, i) => ({
      kind,
      connections,
      side,
      statements,
      bare_us: bare[bare.length >> 1]! / 2 / statements,
      cpu: ratio(i + 1, ({ cpu_us }) => cpu_us),
      wall: ratio(i + 1, ({ wall_ms: ms }) => ms),
    }));
  } finally {
    for (const program of programs) program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 2,000 persons with 50 articles each, keys declared. */
const SCHEMA = `
  create table city (id int primary key, name text not null);
  create table person (
    id int primary key, name text not null, email text not null,
    city_id int not null references city, created_at timestamptz not null);
  create table article (
    id int primary key, title text not null, person_id int not null references person,
    pages int not null, created_at timestamptz not null);
  create index on article (person_id);
  insert into city select i, 'city ' || i from generate_series(1, 50) i;
  insert into person select i, 'person ' || i, 'p' || i || '@example.org', i % 50 + 1, now() from generate_series(1, 2000) i;
  insert into article select i, 'article ' || i, (i - 1) / 50 + 1, i % 300, now() from generate_series(1, 100000) i;
`;

const postgres = await startPostgres();
try {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(SCHEMA);
  await client.query('vacuum analyze');
  await client.end();
  const results: Result[] = [];
  for (const kind of values.kind) {
    for (const connections of values.connections) {
      for (const result of await measure(kind, connections, postgres.url)) {
        results.push(result);
        if (!values.json) console.log(show(result));
      }
    }
  }
  if (values.json) console.log(JSON.stringify({ node: values.node, rounds, block_ms, results }, null, 2));
} finally {
  await postgres.stop();
}

function show({ kind, connections, side, cpu, wall, bare_us }: Result): string {
  const text = ({ ratio, low, high }: Ratio): string =>
    `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const what = `${kind}, ${connections} connection${connections === 1 ? '' : 's'}`;
  const own = `+${(bare_us * (cpu.ratio - 1)).toFixed(1)} µs on ${bare_us.toFixed(1)}`;
  return `${what.padEnd(24)} ${side.padEnd(17)} CPU ${text(cpu)}   ${own.padEnd(20)} time ${text(wall)}`;
}
