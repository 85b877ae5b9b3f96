import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KvClient } from '../../src/client/client.ts';
import { seeded } from '../../src/conformance/helpers.ts';
import type { LevelDbOptions } from '../../src/engine/leveldb/options.ts';
import { newDirectory } from '../support/places.ts';
import { hash, Model } from './model.ts';
import { losePower } from './power-failure.ts';
import { Victim } from './victim.ts';

const WRITERS = 8;
const RUNS_A_DIRECTORY = 20;

export interface Campaign {
  readonly library: string;
  readonly runs: number;
  readonly seed: number;
  readonly options: LevelDbOptions;
  /** How old an acknowledged write may be and still be lost. 0: none may be. */
  readonly window_ms: number;
  /** For how long each run is loaded before it is killed, at most. */
  readonly load_ms: number;
  /** Whether what was not synced is thrown away, or only the process is killed. */
  readonly power: boolean;
}

export interface Outcome {
  runs: number;
  acknowledged: number;
  lost: number;
  dropped_bytes: number;
  violations: string[];
}

/** Starts a service, loads it, kills it, cuts the power, starts it again and compares; as often as asked. */
export async function run(campaign: Campaign): Promise<Outcome> {
  const random = seeded(campaign.seed);
  const outcome: Outcome = { runs: 0, acknowledged: 0, lost: 0, dropped_bytes: 0, violations: [] };
  while (outcome.runs < campaign.runs) {
    const place = await newDirectory();
    const model = new Model();
    const runs = Math.min(RUNS_A_DIRECTORY, campaign.runs - outcome.runs);
    let killed_ms = performance.now();
    for (let at = 0; at <= runs; at++) {
      const victim = new Victim(join(place, 'data'), campaign.options, {
        LD_PRELOAD: campaign.library,
        POWER_LEDGER: join(place, 'ledger'),
      });
      // Some are killed while they recover, the last one is only asked what it has.
      if (at < runs && at % 5 === 4) {
        await wait(random() * 400);
      } else {
        await compare(victim, model, killed_ms, campaign.window_ms, outcome);
        if (at < runs) await load(victim, model, random, campaign.load_ms * (0.3 + 0.7 * random()));
      }
      killed_ms = performance.now();
      await victim.kill();
      if (campaign.power)
        outcome.dropped_bytes += (
          await losePower(join(place, 'data'), join(place, 'ledger'), random)
        ).dropped_bytes;
      if (at < runs) outcome.runs += 1;
    }
    outcome.acknowledged += model.acknowledged;
  }
  return outcome;
}

async function compare(
  victim: Victim,
  model: Model,
  killed_ms: number,
  window_ms: number,
  outcome: Outcome,
): Promise<void> {
  const client = new KvClient(await victim.url(), { timeout_ms: 60_000 });
  const found = new Map<string, string>();
  for await (const { key, value } of client.range('\0')) found.set(key.toString(), hash(value));
  await client.close();
  const { lost, violations } = model.settle(found, killed_ms, window_ms);
  outcome.lost += lost;
  outcome.violations.push(...violations);
}

/** Writers put new keys, overwrite old ones and delete, until the time is over; the kill then meets them at work. */
async function load(victim: Victim, model: Model, random: () => number, duration_ms: number): Promise<void> {
  const client = new KvClient(await victim.url(), { retries_max: 0, connections_max: WRITERS });
  const until = performance.now() + duration_ms;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let at = 0; ; at++) {
      const key = `w${writer}-${random() < 0.5 ? at % 10 : Math.floor(random() * 500)}`;
      const value = random() < 0.15 ? null : randomBytes(Math.floor(random() * 3_000));
      model.begin(key, value === null ? null : hash(value));
      try {
        if (value === null) await client.delete(key);
        else await client.put(key, value);
      } catch {
        return; // killed: this operation stays under way
      }
      model.acknowledge(key, performance.now());
    }
  });
  await wait(until - performance.now());
  // The writers end when the service is killed.
  void Promise.all(writers).then(() => client.close().catch(() => undefined));
}
