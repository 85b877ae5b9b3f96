/**
 * What observing costs: the CPU time of a program that does nothing but ask Postgres, under Cowpath and
 * under OpenTelemetry's instrumentation of node-postgres, as ratios to the same program alone. The program has asked
 * a few other statements before, as programs have (`--single-kind`: it has not).
 *
 * Each side is a process. Two processes of one program differ for as long as they live; so all sides are launched
 * several times, and the interval is over launches. Within a launch a round runs a block on each side and back (A B C,
 * C B A), beginning with another side each time. Blocks are short: what a statement takes on a machine that is shared
 * with others drifts within seconds, and sides that take turns every tenth of a second drift alike. Each
 * block begins with a run that is not counted: the side has slept meanwhile, its caches are cold. CPU time is that of
 * all threads of the process, and what it takes outside its blocks (timers, the observer's writing every so often and
 * its flush at the end of a launch) is shared out among all its statements. Cowpath runs as compiled: `npm run build`
 * first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { clusteredMean } from '../packages/lab/src/statistics/clustered-mean.ts';
import { benchCommand, listOf, wholeFrom } from './command.ts';
import { startDatabase } from './observe/database.ts';
import { nodeOption, SIDES, statementsPerRootOption } from './observe/options.ts';
import { type Block, type Cost, KINDS, type Kind, Program } from './observe/program.ts';

const DEFAULT_SIDES = ['cowpath', 'opentelemetry'];
const CONFIDENCE = 0.95;
/** Rounds cut off at each end of a launch: a pause of the machine is no cost of an observer. */
const TRIM = 0.1;
/** Of a block, this share more is run before it and not counted. */
const RUN_IN_SHARE = 0.2;

const values = benchCommand({
  file: 'bench/observe.ts',
  measures:
    'CPU time of a program that does nothing but ask Postgres, under Cowpath and under OpenTelemetry, as ratios to the same program alone. `npm run build` first.',
  takes: 'Takes about 35 minutes: four workloads of eight or nine each.',
  examples: [
    'node bench/observe.ts                                        # every workload, 240 rounds in 12 launches',
    'node bench/observe.ts --rounds 4 --launches 2 --warm-up-ms 500   # a short look: its first statements, all followed',
    'node bench/observe.ts --statements-per-root 1   # in a context for each statement, which costs by itself',
    'node bench/observe.ts --single-kind --side cowpath control   # a program that has never asked anything else',
    'node bench/observe.ts --side cowpath contexts async-local-storage control   # beside what no observer can do without',
    'node bench/observe.ts --node node_modules/node22/bin/node --kind lookup --connections 1',
  ],
})
  .option(
    '--rounds <number>',
    'in all: each side once in one order, once in the other',
    wholeFrom(2, 100_000),
    240,
  )
  .option(
    '--launches <number>',
    'of all sides; the rounds are shared out among them',
    wholeFrom(2, 1_000),
    12,
  )
  .option('--block-ms <number>', 'of each side, twice in a round', wholeFrom(1, 600_000), 100)
  .option('--warm-up-ms <number>', 'of each side at each launch', wholeFrom(1, 600_000), 10_000)
  .addOption(nodeOption())
  .addOption(new Option('--kind <kinds...>', 'of statements').choices(KINDS).default([...KINDS]))
  .option(
    '--connections <numbers>',
    'as many at once, one after another, with commas between',
    listOf(wholeFrom(1, 1_000)),
    [1, 10],
  )
  .addOption(statementsPerRootOption())
  .option('--single-kind', 'the program has never asked anything but the statement that is measured', false)
  .addOption(new Option('--side <sides...>', 'what is compared').choices(SIDES).default(DEFAULT_SIDES))
  .option('--source', "runs Cowpath's sources, for work on it", false)
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<{
    rounds: number;
    launches: number;
    blockMs: number;
    warmUpMs: number;
    node: string;
    kind: Kind[];
    connections: number[];
    statementsPerRoot: number;
    singleKind: boolean;
    side: string[];
    source: boolean;
    json: boolean;
  }>();
const { rounds, launches, blockMs: block_ms, warmUpMs: warm_up_ms, node, source, singleKind } = values;

/** Times the bare program's, with the 95 % interval over launches. */
interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly by_launch: readonly number[];
}
interface Result {
  readonly kind: Kind;
  readonly connections: number;
  readonly side: string;
  readonly bare_us: number;
  readonly cpu: Ratio;
  readonly wall: Ratio;
}
/** What one side took for its two blocks of a round, a statement. */
interface Taken {
  readonly cpu_us: number;
  readonly wall_ms: number;
}

async function measure(kind: Kind, connections: number, databaseUrl: string): Promise<Result[]> {
  const names = ['bare', ...values.side];
  const taken: Taken[][][] = [];
  for (let launch = 0; launch < launches; launch++) {
    const share = Math.floor(((launch + 1) * rounds) / launches) - Math.floor((launch * rounds) / launches);
    taken.push(
      await measureLaunch(names, { kind, connections, databaseUrl }, share, (round) => {
        if (!process.stderr.isTTY) return;
        const where = `launch ${launch + 1} of ${launches}, round ${round} of ${share}`;
        process.stderr.write(`\r${kind}, ${connections}: ${where} `);
      }),
    );
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const bare = taken.flatMap((sides) => sides[0]!.map(({ cpu_us }) => cpu_us)).sort((a, b) => a - b);
  const ratio = (side: number, of: (one: Taken) => number): Ratio => {
    const logs = taken.map((sides) =>
      sides[side]!.map((one, round) => Math.log(of(one) / of(sides[0]![round]!))),
    );
    const { estimate, low, high } = clusteredMean(logs, TRIM, CONFIDENCE);
    const by_launch = logs.map((all) => Math.exp(all.reduce((sum, one) => sum + one, 0) / all.length));
    return { ratio: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high), by_launch };
  };
  return values.side.map((side, i) => ({
    kind,
    connections,
    side,
    bare_us: bare[bare.length >> 1]!,
    cpu: ratio(i + 1, ({ cpu_us }) => cpu_us),
    wall: ratio(i + 1, ({ wall_ms }) => wall_ms),
  }));
}

/** One launch of all sides. By side, what each of its rounds took. */
async function measureLaunch(
  names: readonly string[],
  { kind, connections, databaseUrl }: { kind: Kind; connections: number; databaseUrl: string },
  count: number,
  onRound: (round: number) => void,
): Promise<Taken[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-observe-'));
  const programs = names.map((name) => new Program(name, { node, source, databaseUrl, folder, singleKind }));
  const block = (statements: number): Block => ({
    kind,
    connections,
    statements,
    statements_per_root: values.statementsPerRoot,
  });
  try {
    // In turns, as in the rounds: a program that has slept for seconds has a smaller heap, and stays slower.
    let statements = 1_000;
    for (let turn = 0; turn < warm_up_ms / block_ms; turn++) {
      for (const [side, program] of programs.entries()) {
        const { wall_ms } = await program.run(block(statements));
        if (side === 0) statements = Math.max(100, Math.round((statements / wall_ms) * block_ms));
      }
    }
    for (const program of programs) program.restart();
    const taken = names.map((): Taken[] => []);
    for (let round = 0; round < count; round++) {
      onRound(round + 1);
      const first = round % programs.length;
      const order = [...programs.keys()].map((side) => (side + first) % programs.length);
      const costs = names.map((): Cost[] => []);
      for (const side of [...order, ...order.toReversed()]) {
        await programs[side]!.run(block(Math.ceil(statements * RUN_IN_SHARE)));
        costs[side]!.push(await programs[side]!.run(block(statements)));
      }
      for (const [side, [one, other]] of costs.entries()) {
        taken[side]!.push({
          cpu_us: (one!.cpu_us + other!.cpu_us) / 2 / statements,
          wall_ms: (one!.wall_ms + other!.wall_ms) / 2 / statements,
        });
      }
    }
    for (const [side, program] of programs.entries()) {
      const rest_us = await program.rest();
      taken[side] = taken[side]!.map(({ cpu_us, wall_ms }) => ({ cpu_us: cpu_us + rest_us, wall_ms }));
    }
    return taken;
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

const postgres = await startDatabase();
try {
  const results: Result[] = [];
  for (const kind of values.kind) {
    for (const connections of values.connections) {
      for (const result of await measure(kind, connections, postgres.url)) {
        results.push(result);
        // With --json to stderr, so that a run that is stopped has said what it knew.
        (values.json ? console.error : console.log)(show(result));
      }
    }
  }
  if (values.json) console.log(JSON.stringify({ node, rounds, launches, block_ms, results }, null, 2));
} finally {
  await postgres.stop();
}

function show({ kind, connections, side, cpu, wall, bare_us }: Result): string {
  const text = ({ ratio, low, high }: Ratio): string =>
    `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const what = `${kind}, ${connections} connection${connections === 1 ? '' : 's'}`;
  const more_us = bare_us * (cpu.ratio - 1);
  const own = `${more_us < 0 ? '-' : '+'}${Math.abs(more_us).toFixed(1)} µs on ${bare_us.toFixed(1)}`;
  return `${what.padEnd(24)} ${side.padEnd(20)} CPU ${text(cpu)}   ${own.padEnd(20)} time ${text(wall)}`;
}
