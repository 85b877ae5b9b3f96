/** Ratios of throughput, the store over its peer, measured in one run on the same data; 95 % bootstrap intervals. */
import { Argument } from 'commander';
import { benchCommand } from '../command.ts';
import { type Ratio, show } from './measure.ts';
import { updates } from './postgres.ts';
import { creates, gets, type Size, secondType } from './sqlite.ts';

const programs: Readonly<Record<string, (size: Size) => Promise<Ratio[]>>> = {
  get: gets,
  create: creates,
  types: secondType,
  update: updates,
};

const command = benchCommand({
  file: 'bench/store/main.ts',
  measures: 'Throughput of the store over its peer on the same data, with 95 % intervals.',
  takes: 'Takes nine minutes; half a minute with --short.',
  examples: [
    'node --conditions=@cowpath/source bench/store/main.ts',
    'node --conditions=@cowpath/source bench/store/main.ts --short get create',
  ],
})
  .usage('[options] [programs...]')
  .addArgument(new Argument('[programs...]', 'which (default: all)').choices(Object.keys(programs)))
  .option('--short', 'less data and fewer rounds: a look, not a measurement', false)
  .option('--json', 'print the results as JSON', false)
  .parse();
const { short, json } = command.opts<{ short: boolean; json: boolean }>();
const chosen = command.args;
const size: Size = short ? { things: 2_000, rounds: 10 } : { things: 50_000, rounds: 60 };
const results: Ratio[] = [];
for (const [name, program] of Object.entries(programs)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const result of await program(size)) {
    results.push(result);
    if (!json) process.stdout.write(`${show(result)}\n`);
  }
}
if (json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
