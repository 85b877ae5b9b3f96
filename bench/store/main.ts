/**
 * `node --conditions=@cowpath/source bench/store/main.ts [--short] [--json] [get|create|types|update …]`
 *
 * Ratios of throughput, the store over its peer, measured in one run on the same data; 95 % bootstrap intervals.
 */
import { type Ratio, show } from './measure.ts';
import { updates } from './postgres.ts';
import { creates, gets, type Size, secondType } from './sqlite.ts';

const programs: Readonly<Record<string, (size: Size) => Promise<Ratio[]>>> = {
  get: gets,
  create: creates,
  types: secondType,
  update: updates,
};

const words = process.argv.slice(2);
const short = words.includes('--short');
const chosen = words.filter((word) => !word.startsWith('--'));
for (const name of chosen)
  if (!Object.hasOwn(programs, name))
    throw new Error(`unknown: ${name}. Known: ${Object.keys(programs).join(', ')}`);
const size: Size = short ? { things: 2_000, rounds: 10 } : { things: 50_000, rounds: 60 };
const results: Ratio[] = [];
for (const [name, program] of Object.entries(programs)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const result of await program(size)) {
    results.push(result);
    if (!words.includes('--json')) process.stdout.write(`${show(result)}\n`);
  }
}
if (words.includes('--json')) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
