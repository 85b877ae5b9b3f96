import { HALF_LIFE_DAYS, PROFILE_FOLDER, type Profile, readProfile } from '@cowpath/profile';
import { type Command, InvalidArgumentError } from 'commander';
import { buildReport, clean, paintOf, reportJson, reportLines, type Screen } from '../report/index.ts';

interface ReportOptions {
  readonly context?: string;
  readonly top?: number;
  readonly json?: true;
  readonly plans?: true;
  readonly halfLife: number;
  /** False: `--no-decay`. */
  readonly decay: boolean;
}

const TOP = 10;
/** Columns where the output is not a terminal and `COLUMNS` does not say. */
const WIDTH_PIPED = 100;
const WIDTH_MIN = 40;
const WIDTH_MAX = 160;

const EXAMPLES = `
Examples:
  cowpath report                         the ten most costly contexts of .cowpath
  cowpath report --context "GET /books"  one context, with all its trails
  cowpath report --plans                 with plan steps, rows and blocks (recorded with --plans)
  cowpath report --json > report.json    everything, for programs
  cowpath report build/profile --top 3`;

/** Adds `cowpath report`. */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('Print contexts by their cost, their trails, and which of them are worn')
    .argument('[profile]', 'the folder (or one file) of a profile', PROFILE_FOLDER)
    .option('--context <name>', 'only contexts of this name, or with this text in their path')
    .option('--top <n>', `how many contexts (default: ${TOP}; with --json all)`, wholeNumber)
    .option('--plans', 'show plans in full, where the profile has them')
    .option('--json', 'print JSON (see docs/reference/report-json.md)')
    .option('--half-life <days>', 'after so many days a count weighs half', positive, HALF_LIFE_DAYS)
    .option('--no-decay', 'count old days like today')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: ReportOptions) => report(path, options));
}

/**
 * @throws Error `COWPATH_NO_PROFILE`, `COWPATH_EMPTY_PROFILE`, `COWPATH_UNREADABLE_PROFILE`, `COWPATH_NO_CONTEXT`
 */
function report(path: string, options: ReportOptions): void {
  const half_life_days = options.decay ? options.halfLife : Number.POSITIVE_INFINITY;
  const profile = readProfile(path, { half_life_days });
  for (const { code, message } of profile.problems) {
    process.stderr.write(`cowpath: ${code}: ${clean(message)}; this file is left out\n`);
  }
  if (profile.segments === 0) throw nothingToReport(path, profile.problems.length);
  print(profile, path, half_life_days, options);
}

function nothingToReport(path: string, unreadable: number): Error {
  const todo = 'Record one: cowpath record -- node app.js';
  return unreadable > 0
    ? Object.assign(new Error(`No file of the profile at ${path} could be read. ${todo}`), {
        code: 'COWPATH_UNREADABLE_PROFILE',
      })
    : Object.assign(new Error(`The profile at ${path} is empty: nothing has been recorded in it. ${todo}`), {
        code: 'COWPATH_EMPTY_PROFILE',
      });
}

/** A reader that goes away (`| head`) is the end of the report, not an error. */
function write(pieces: Iterable<string>): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  for (const piece of pieces) {
    process.stdout.write(piece);
    if (process.stdout.destroyed) return;
  }
}

function print(profile: Profile, path: string, half_life_days: number, options: ReportOptions): void {
  const { context } = options;
  const made = buildReport(profile, {
    path,
    half_life_days,
    ...(context === undefined ? {} : { context }),
    ...(options.json && options.top === undefined ? {} : { top: options.top ?? TOP }),
  });
  if (options.json) {
    write(reportJson(made));
    return;
  }
  const lines = reportLines(made, {
    screen: screenOf(process.stdout),
    plans: options.plans === true,
    every: context !== undefined,
  });
  write([`${lines.join('\n')}\n`]);
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  const wanted = stream.isTTY ? stream.columns : Number.parseInt(process.env.COLUMNS ?? '', 10);
  const width = Number.isInteger(wanted) && wanted > 0 ? wanted : WIDTH_PIPED;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = Boolean(FORCE_COLOR) && FORCE_COLOR !== '0';
  const colour = forced || (stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
  return { width: Math.min(Math.max(width, WIDTH_MIN), WIDTH_MAX), paint: paintOf(colour) };
}

function wholeNumber(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1)
    throw new InvalidArgumentError('Expected a whole number, 1 or more.');
  return n;
}

function positive(text: string): number {
  const n = Number(text);
  if (!(n > 0)) throw new InvalidArgumentError('Expected a number of days above 0.');
  return n;
}
