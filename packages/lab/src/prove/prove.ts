import { makePlan, nothingToSend, type Plan, type PlanOptions } from '../plan/plan.ts';
import { readRules } from '../plan/rules.ts';
import type { Traffic } from '../traffic/builder.ts';
import { readLog } from '../traffic/read-log.ts';
import type { Block } from './block.ts';
import type { Proof } from './format.ts';
import { type ProveOptions, settingsOf } from './options.ts';
import { DatabaseCounter } from './postgres.ts';
import { Prover } from './prover.ts';
import type { Side } from './side.ts';

/**
 * Starts both programs, as often as there are launches, sends both the same traffic in interleaved blocks, and says
 * for each measure what the change did to it. Never leaves a server behind.
 * @throws LabError for bad input, SIDE_FAILED or TARGET_DOWN when a side does not come up at first; what happens
 * after that is in the proof
 */
export function prove(options: ProveOptions): Promise<Proof> {
  return proveObserved(options);
}

/** The same, for whoever keeps what was measured. @param onBlock called with each whole block, in order */
export async function proveObserved(options: ProveOptions, onBlock?: (block: Block) => void): Promise<Proof> {
  const settings = settingsOf(options);
  const rules = options.rules === undefined ? undefined : await readRules(options.rules);
  const traffic = await readLog(options.traffic, {
    format: options.format,
    ...(options.requests_max && { requests_max: options.requests_max }),
  });
  if (options.postgres) await checkDatabases(options.postgres);
  const plan = (side: Side): Plan => planFor(side, traffic, options, settings.timed, rules);
  return await new Prover(options, settings, plan, onBlock).run(traffic);
}

/** So that a wrong password is not found out after minutes of measuring. @throws LabError POSTGRES_UNAVAILABLE */
async function checkDatabases(urls: { readonly before: string; readonly after: string }): Promise<void> {
  for (const url of new Set([urls.before, urls.after])) await (await DatabaseCounter.connect(url)).close();
}

function planFor(
  side: Side,
  traffic: Traffic,
  options: ProveOptions,
  timed: boolean,
  rules: PlanOptions['rules'],
): Plan {
  const plan = makePlan(traffic, side.target, {
    timed,
    rules,
    only: options.only,
    except: options.except ?? [],
    unsafe: options.unsafe ?? false,
    requests: options.requests,
    routes: options.routes ?? [],
    routes_max: options.routes_max ?? 200,
    host: options.host,
    gap_ms_max: options.gap_s_max === undefined ? undefined : options.gap_s_max * 1000,
  });
  if (plan.requests.length === 0) throw nothingToSend(options.traffic, traffic.requests.length, plan);
  return plan;
}
