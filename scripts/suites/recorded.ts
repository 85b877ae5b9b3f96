/** Cowpath in the programs of a suite: how it gets there, and what it says that it did. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packCowpath } from '../../examples/bookshop/src/demo/pack.ts';
import type { Outcome } from '../../packages/cowpath/src/recorder/session.ts';
import { readSegments, type StepRecord } from '../../packages/profile/src/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What was recorded of one run. */
export interface Recorded {
  /** Processes that said at their end what they recorded; those killed do not. */
  readonly processes: number;
  /** Statements that those processes followed. */
  readonly statements: number;
  readonly segments: number;
  /** Statements counted in the segments. */
  readonly counted: number;
  /** Stable code -> how often; from the segments. */
  readonly notes: Readonly<Record<string, number>>;
  /** Stable code -> the first message of its kind. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Packs Cowpath as npm would publish it into the folder, and returns its `cowpath/register`. */
export function packRegister(folder: string): string {
  const command = packCowpath(folder);
  const modules = join(folder, 'node_modules');
  for (const name of ['cowpath', ...readdirSync(join(modules, '@cowpath')).map((one) => `@cowpath/${one}`)]) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies)) link(modules, dependency);
  }
  return join(dirname(dirname(command)), 'register.js');
}

function link(modules: string, name: string): void {
  const at = join(modules, name);
  mkdirSync(dirname(at), { recursive: true });
  try {
    symlinkSync(join(ROOT, 'node_modules', name), at);
  } catch (error) {
    // One of ours, unpacked already, or asked for by two of them.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** What brings a sabotage into Cowpath as it loads. */
const SABOTAGE = join(ROOT, 'packages/cowpath/test/harm/sabotages/preload.mjs');

/** What has it pass over most statements from the first on. */
const BY_TURNS = join(ROOT, 'packages/cowpath/test/by-turns.mjs');

/** How a suite is recorded. */
export interface Recording {
  /** `cowpath/register`. */
  readonly register: string;
  /** A fault in Cowpath, by name; null where it runs as it is. */
  readonly sabotage: string | null;
  /**
   * One statement is followed, the next one to four are passed over; otherwise the first 10,000 of a process are all
   * followed, and few suites ask more.
   */
  readonly byTurns: boolean;
}

/** The environment that has every Node process, and every worker, recorded into the folder. */
export function recordedEnvironment(
  { register, sabotage, byTurns }: Recording,
  folder: string,
): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const files = [...(sabotage === null ? [] : [SABOTAGE]), register, ...(byTurns ? [BY_TURNS] : [])];
  return {
    NODE_OPTIONS: files.map((file) => `--import=${pathToFileURL(file).href}`).join(' '),
    ...(sabotage === null ? {} : { COWPATH_SABOTAGE: sabotage }),
    ...(byTurns ? { COWPATH_BUILT: new URL('.', pathToFileURL(register)).href } : {}),
    COWPATH_DIR: join(folder, 'profile'),
    COWPATH_OUTCOME: join(folder, 'outcome'),
  };
}

/** What has been recorded into the folder. */
export function readRecorded(folder: string): Recorded {
  const outcomes = readdirSync(folder)
    .filter((name) => name.startsWith('outcome.'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Outcome);
  const { segments, problems } = readdirSync(folder).includes('profile')
    ? readSegments(join(folder, 'profile'))
    : { segments: [], problems: [] };
  const notes: Record<string, number> = {};
  let counted = 0;
  for (const segment of segments) {
    for (const [code, times] of Object.entries(segment.notes)) notes[code] = (notes[code] ?? 0) + times;
    for (const { trails } of segment.contexts) counted += queriesIn(trails);
  }
  const errors = Object.assign({}, ...outcomes.map((one) => one.errors)) as Record<string, string>;
  for (const { code, message } of problems) errors[code] = message;
  return {
    processes: outcomes.length,
    statements: outcomes.reduce((sum, one) => sum + one.statements, 0),
    segments: segments.length,
    counted,
    notes,
    errors,
  };
}

function queriesIn(steps: readonly StepRecord[]): number {
  let queries = 0;
  for (const { uses, children } of steps) {
    for (const use of uses) queries += use.queries;
    queries += queriesIn(children);
  }
  return queries;
}

/** Why these records do not show that the suite was recorded; empty where they do. */
export function doubts(recorded: Recorded, asks: boolean): string[] {
  const found: string[] = [];
  if (recorded.processes === 0) found.push('no process was recorded to its end');
  if (asks && recorded.statements === 0) found.push('no statement was seen');
  if (asks && recorded.segments === 0) found.push('no segment was written');
  if (asks && recorded.counted === 0) found.push('no statement is in the segments');
  for (const [code, message] of Object.entries(recorded.errors)) found.push(`${code}: ${message}`);
  return found;
}
