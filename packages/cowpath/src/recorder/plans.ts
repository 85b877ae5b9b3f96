import type { PlanRecord, PlanStep, Step } from '@cowpath/profile';
import { runInFrame } from '@cowpath/profile';
import { lex, shapeOf } from '../sql/index.ts';
import type { Resolved } from '../trails/resolve.ts';
import type { Database, Explained } from './database.ts';
import type { Guard } from './guard.ts';
import type { Observed } from './observed.ts';

/** Executions explained for one step, and in all per minute: explaining costs the database a second execution. */
const SAMPLES_PER_STEP_MAX = 5;
const SAMPLES_PER_MINUTE_MAX = 120;
const WAITING_MAX = 64;

interface Sample {
  readonly step: Step;
  readonly database: Database;
  readonly text: string;
  readonly parameters: readonly (string | null)[];
  readonly schema: string | null;
}

/**
 * Explains a few executions of each step, with buffers, on Cowpath's own connection: reads only, in a
 * read-only transaction, one at a time. Values are held until the sample is explained, and never written.
 */
export class PlanSampler {
  readonly #enabled: boolean;
  readonly #guard: Guard;
  /** Told of each plan that a step was given. */
  readonly #added: () => void;
  readonly #taken = new WeakMap<Step, number>();
  #waiting: Sample[] = [];
  #running: Promise<void> | null = null;
  #minute = 0;
  #inMinute = 0;

  constructor(enabled: boolean, guard: Guard, added: () => void) {
    this.#enabled = enabled;
    this.#guard = guard;
    this.#added = added;
  }

  /** Takes an execution as a sample, if its step still wants one. */
  offer(step: Step, observed: Observed, resolved: Resolved): void {
    if (!this.#enabled || observed.failed || !resolved.analysis.readOnly) return;
    const taken = this.#taken.get(step) ?? 0;
    if (taken >= SAMPLES_PER_STEP_MAX || this.#waiting.length >= WAITING_MAX || !this.#mayNow()) return;
    const parameters = observed.parameters ?? [];
    if (parameters.some((value) => value === undefined)) return;
    this.#taken.set(step, taken + 1);
    this.#waiting.push({
      step,
      database: observed.database,
      text: observed.text,
      parameters: parameters as (string | null)[],
      schema: resolved.schema,
    });
    this.#running ??= runInFrame(undefined, () => this.#run());
  }

  /** Resolves when everything taken so far is explained. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #mayNow(): boolean {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#inMinute = 0;
    }
    return this.#inMinute++ < SAMPLES_PER_MINUTE_MAX;
  }

  async #run(): Promise<void> {
    try {
      for (let sample = this.#waiting.shift(); sample; sample = this.#waiting.shift()) {
        const { step, database, text, parameters, schema } = sample;
        const explained = await database.access.explain({ text, parameters, schema });
        if (explained === null) continue;
        step.addPlan(recordOf(explained));
        this.#added();
      }
    } catch (error) {
      this.#waiting = [];
      this.#guard.failed('COWPATH_EXPLAIN_FAILED', error);
    } finally {
      this.#running = null;
    }
  }
}

function recordOf(explained: Explained): PlanRecord {
  return {
    samples: 1,
    planning_ns: Math.round(explained.planning_ms * 1e6),
    execution_ns: Math.round(explained.execution_ms * 1e6),
    root: stepOf(explained.plan as Record<string, unknown>),
  };
}

const CONDITIONS = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
] as const;

/** One step of Postgres's JSON plan. Postgres gives rows and time per loop; here they are sums. */
function stepOf(plan: Record<string, unknown>): PlanStep {
  const number = (name: string): number => (typeof plan[name] === 'number' ? (plan[name] as number) : 0);
  const string = (name: string): string | null =>
    typeof plan[name] === 'string' ? (plan[name] as string) : null;
  const loops = number('Actual Loops');
  const removed =
    number('Rows Removed by Filter') +
    number('Rows Removed by Index Recheck') +
    number('Rows Removed by Join Filter');
  const conditions = CONDITIONS.filter((name) => string(name) !== null).map(
    (name) => `${name}: ${withoutValues(string(name)!)}`,
  );
  const rows_out = number('Actual Rows') * loops;
  return {
    node: string('Node Type') ?? 'unknown',
    relation: string('Relation Name'),
    index: string('Index Name'),
    condition: conditions.length > 0 ? conditions.join('; ') : null,
    loops,
    rows_in: Math.round(rows_out + removed * loops),
    rows_out: Math.round(rows_out),
    rows_planned: Math.round(number('Plan Rows') * loops),
    time_ns: Math.round(number('Actual Total Time') * loops * 1e6),
    blocks_hit: number('Shared Hit Blocks'),
    blocks_read: number('Shared Read Blocks'),
    children: Array.isArray(plan['Plans'])
      ? plan['Plans'].map((child) => stepOf(child as Record<string, unknown>))
      : [],
  };
}

/** A plan's condition names values; its shape does not. */
function withoutValues(condition: string): string {
  return shapeOf(lex(condition)).text;
}
