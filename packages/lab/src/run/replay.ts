import { parseTarget } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { checkNames, checkNumber } from '../options.ts';
import { makePlan, nothingToSend, type PlanOptions } from '../plan/plan.ts';
import { readRules } from '../plan/rules.ts';
import { type ReadLogOptions, readLog } from '../traffic/read-log.ts';
import { RUN_OPTION_NAMES, type RunOptions, type RunOutcome, runPlan } from './run-plan.ts';

export interface ReplayOptions
  extends RunOptions,
    ReadLogOptions,
    Omit<PlanOptions, 'timed' | 'rules' | 'gap_ms_max'> {
  readonly target: string;
  /** Times the recorded pace (open loop), or `'max'` (closed loop). Default 1. */
  readonly pace?: number | 'max';
  /** Requests kept in flight at pace `'max'`; default 1. */
  readonly in_flight?: number;
  /** At pace `'max'`, start again when the log is at its end; needs `time_s_max`. */
  readonly repeat?: boolean;
  /** Silences in the log longer than this are cut to it, before the factor. */
  readonly gap_s_max?: number | undefined;
  /** A rule file (plan/rules.ts). */
  readonly rules?: string | undefined;
}

const REPLAY_OPTION_NAMES = [
  ...RUN_OPTION_NAMES,
  'target',
  'pace',
  'in_flight',
  'repeat',
  'gap_s_max',
  'rules',
  'format',
  'requests_max',
  'only',
  'except',
  'unsafe',
  'requests',
  'routes',
  'routes_max',
  'host',
] as const;

/**
 * Sends the requests of a log to a target.
 * @param path an access log, JSON lines, HAR or capture, gzipped or not; `-` for standard input
 * @throws LabError for bad input (BAD_OPTION, BAD_TARGET, BAD_RULES, LOG_…) and a target that is not up
 * (TARGET_DOWN); what the target does afterwards is in the result
 */
export async function replay(path: string, options: ReplayOptions): Promise<RunOutcome> {
  checkNames('replay', options, REPLAY_OPTION_NAMES);
  const target = parseTarget(options.target);
  const pace = options.pace ?? 1;
  if (pace !== 'max') checkNumber('pace', pace, { min: 0, above: true });
  if (options.repeat && (pace !== 'max' || options.time_s_max === undefined)) {
    throw new LabError(
      'BAD_OPTION',
      'repeat needs pace "max" and a time limit (time_s_max), else the run would have no end',
    );
  }
  const gap_ms_max =
    options.gap_s_max === undefined
      ? undefined
      : checkNumber('gap_s_max', options.gap_s_max, { min: 0 }) * 1000;
  const rules = options.rules === undefined ? undefined : await readRules(options.rules);
  const traffic = await readLog(path, pick(options, ['format', 'requests_max']));
  const plan = makePlan(traffic, target, {
    ...pick(options, ['only', 'except', 'unsafe', 'requests', 'routes', 'routes_max', 'host']),
    timed: pace !== 'max',
    rules,
    gap_ms_max,
  });
  if (plan.requests.length === 0) throw nothingToSend(path, traffic.requests.length, plan);
  const { account, format } = traffic;
  return runPlan(
    plan,
    target,
    pace === 'max'
      ? { in_flight: options.in_flight ?? 1, repeat: options.repeat ?? false }
      : { factor: pace },
    pick(options, RUN_OPTION_NAMES),
    {
      path,
      format,
      account,
      omitted: plan.omitted,
      redacted_headers: plan.redacted_headers,
      redacted_parameters: plan.redacted_parameters,
    },
  );
}

/** The named properties that are present and not undefined. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as Pick<T, K>;
}
