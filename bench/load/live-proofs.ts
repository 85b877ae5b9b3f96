/**
 * Proofs of a live server whose truth is known: A against A, and A against the same with 5 % less work for
 * each request (and with 5 % more, every second time). Counts right verdicts: *no difference* for A/A; *faster*
 * or *slower*, as it is, for the other, on throughput. The work is counted loops, so that a slow machine slows
 * both sides. One request is in flight at a time: the server has one thread, and of four in flight the order in which
 * they take turns stays as it is for a while, which moves the median. With --record the launches of
 * A/A are kept, for simulate-proofs.ts to draw from.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Proof } from '../../packages/lab/src/index.ts';
import type { Block } from '../../packages/lab/src/prove/block.ts';
import { launchesOf } from '../../packages/lab/src/prove/launches.ts';
import { proveObserved } from '../../packages/lab/src/prove/prove.ts';
import { LAUNCHES_FILE, writeLaunches } from '../../packages/lab/test/prove/recorded-launches.ts';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';
import { nodeArgs } from './processes.ts';

const KINDS = ['equal', 'changed', 'both'] as const;
const flags = benchCommand({
  file: 'bench/load/live-proofs.ts',
  measures:
    'Right and wrong verdicts of real proofs whose truth is known: equal servers, and servers 5 % apart.',
  takes:
    'Takes about an hour: for each launch of each proof its seconds, twice the warm-up, and about half a second. Run it on a machine that does nothing else.',
  examples: [
    'node bench/load/live-proofs.ts --minutes 60',
    'node bench/load/live-proofs.ts --proofs 1 --launches 4 --launches-changed 4   # a short look',
    'node bench/load/live-proofs.ts --kind equal --seconds 6   # of equal servers only, as long as a proof takes by itself',
    'node bench/load/live-proofs.ts --record launches.json.gz   # for simulate-proofs.ts --recorded',
  ],
})
  .option('--proofs <number>', 'of each kind', wholeFrom(1, 10_000), 20)
  .addOption(new Option('--kind <kind>', 'of servers').choices(KINDS).default('both'))
  .option('--seconds <number>', 'that each launch measures', numberFrom(0.1, 86_400), 4)
  .option('--launches <number>', 'of a proof of equal servers', wholeFrom(1, 1_000), 20)
  .option('--launches-changed <number>', 'of a proof of unequal ones', wholeFrom(1, 1_000), 10)
  .option('--warmup <number>', 'seconds, of each side in each launch', numberFrom(0, 3_600), 0.7)
  .option('--loops <number>', 'of work for a request, each 4 KiB hashed', wholeFrom(1, 2 ** 31), 400)
  .option('--in-flight <number>', 'requests', wholeFrom(1, 1_000), 1)
  .option('--minutes <number>', 'stop after the proof that passes them', numberFrom(0, 10_000))
  .option('--record <file>', `keep launches of A/A; the tests draw from ${LAUNCHES_FILE.split('/').at(-1)}`)
  .option('--record-launches <number>', 'keep about so many, spread over all', wholeFrom(2, 10_000), 100)
  .parse()
  .opts<{
    proofs: number;
    kind: (typeof KINDS)[number];
    seconds: number;
    launches: number;
    launchesChanged: number;
    warmup: number;
    loops: number;
    inFlight: number;
    minutes?: number;
    record?: string;
    recordLaunches: number;
  }>();
const { proofs, loops } = flags;
const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'cowpath-live-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const traffic = join(folder, 'traffic.jsonl');
writeFileSync(
  traffic,
  Array.from({ length: 100 }, (_, i) => `${JSON.stringify({ path: `/books/${i}` })}\n`).join(''),
);
const command = `exec ${[process.execPath, ...nodeArgs('work-server.ts')].map((part) => `"${part}"`).join(' ')}`;

interface Made {
  readonly proof: Proof;
  readonly launches: readonly (readonly Block[])[];
}

async function make(factor: number, seed: number): Promise<Made> {
  const launches = factor === 1 ? flags.launches : flags.launchesChanged;
  const blocks: Block[] = [];
  const proof = await proveObserved(
    {
      before: { command, env: { LOOPS: String(loops) } },
      after: { command, env: { LOOPS: String(Math.round(loops * factor)) } },
      traffic,
      launches,
      time_s_max: flags.seconds * launches,
      warmup_s: flags.warmup,
      in_flight: flags.inFlight,
      answers_max: 0,
      seed,
    },
    (block) => blocks.push(block),
  );
  return { proof, launches: launchesOf(blocks) };
}

function percent(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} %`;
}

/** What a proof said, in a line. */
function line({ overall, measures, launches, elapsed_s, complete }: Proof): string {
  const [throughput, ...others] = measures;
  const { gain, launch_spread } = throughput!;
  return [
    `${complete ? '' : 'INCOMPLETE '}${overall}`,
    `throughput ${throughput!.verdict}${gain ? ` ${percent(gain.ratio)} (${percent(gain.low)} … ${percent(gain.high)})` : ''}`,
    ...others.map(
      ({ name, verdict, gain: its }) =>
        `${name} ${verdict}${its ? ` ${percent(its.ratio)} ± ${percent(1 + (its.high - its.low) / 2)}` : ''}`,
    ),
    `${launches.length} launches${launch_spread === null ? '' : `, ±${(launch_spread * 100).toFixed(2)} % from start to start`}`,
    `${elapsed_s.toFixed(0)} s`,
  ].join('; ');
}

type Outcome = 'right' | 'wrong' | 'inconclusive';

/** Makes one proof and prints what it said; one that fails or is incomplete is wrong. */
async function judge(
  title: string,
  factor: number,
  seed: number,
  outcomeOf: (proof: Proof) => Outcome,
  keep?: (made: Made) => void,
): Promise<Outcome> {
  const say = (text: string): void =>
    console.log(`${title}: ${text}  [${((performance.now() - began) / 60_000).toFixed(1)} min]`);
  try {
    const made = await make(factor, seed);
    const outcome = made.proof.complete ? outcomeOf(made.proof) : 'wrong';
    say(`${outcome.toUpperCase()}  ${line(made.proof)}`);
    for (const { text } of made.proof.problems) console.log(`    ! ${text}`);
    keep?.(made);
    return outcome;
  } catch (error) {
    say(`WRONG  ${(error as Error).message}`);
    return 'wrong';
  }
}

function overallOutcome({ overall }: Proof): Outcome {
  if (overall === 'no difference') return 'right';
  return overall === 'inconclusive' ? 'inconclusive' : 'wrong';
}

function throughputOutcome(truth: string): (proof: Proof) => Outcome {
  return ({ measures }) => {
    const { verdict } = measures[0]!;
    if (verdict === truth) return 'right';
    return verdict === 'inconclusive' ? 'inconclusive' : 'wrong';
  };
}

const kept: (readonly Block[])[] = [];
let met = 0;
const everyNth = Math.max(1, Math.round((proofs * flags.launches) / flags.recordLaunches));

function keepLaunches({ launches }: Made): void {
  if (flags.record === undefined) return;
  for (const launch of launches) if (met++ % everyNth === 0) kept.push(launch);
  // After each, so that a run that is stopped has them too.
  writeLaunches(flags.record, { launches: kept });
}

function tallyText(outcomes: readonly Outcome[]): string {
  const counts = (['right', 'wrong', 'inconclusive'] as const).map(
    (word) => `${outcomes.filter((one) => one === word).length} ${word}`,
  );
  return `${outcomes.length} made, ${counts.join(', ')}`;
}

const equal: Outcome[] = [];
const changed: Outcome[] = [];
const late = (): boolean =>
  flags.minutes !== undefined && performance.now() - began >= flags.minutes * 60_000;
for (let i = 0; i < proofs && !late(); i++) {
  if (flags.kind !== 'changed')
    equal.push(await judge(`A/A ${i + 1}`, 1, i + 1, overallOutcome, keepLaunches));
  if (flags.kind === 'equal' || late()) continue;
  const truth = i % 2 === 1 ? 'slower' : 'faster';
  // The request's own share of work is a little less than all of its cost, so 5 % of the whole needs a little more.
  const factor = truth === 'slower' ? 1.06 : 1 / 1.06;
  changed.push(await judge(`5 % ${truth} ${i + 1}`, factor, i + 1, throughputOutcome(truth)));
}
if (flags.kind !== 'changed') console.log(`A/A: ${tallyText(equal)}`);
if (flags.kind !== 'equal') console.log(`5 %: ${tallyText(changed)}`);
if (flags.record !== undefined) console.log(`${kept.length} launches kept in ${flags.record}`);
console.log(`${((performance.now() - began) / 60_000).toFixed(1)} minutes in all`);
