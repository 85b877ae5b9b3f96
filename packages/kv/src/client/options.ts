import { checkOptions, type OptionRules } from '../contract/options.ts';

/** Units are the last part of a name. */
export interface ClientOptions {
  /** Default 5 s. For one attempt: until its answer is complete, of a range until its next bytes. */
  readonly timeout_ms?: number;
  /** Default 3. Attempts beyond the first. */
  readonly retries_max?: number;
  /** Default 50 ms. The mean wait before the first retry; it doubles with each, and is jittered. */
  readonly retry_wait_ms?: number;
  /**
   * Default false: a write is retried only when it is certain that it was not applied. True: also when its
   * connection broke or its time ran out, so that it may be applied twice, and after another client's later write.
   */
  readonly retry_writes?: boolean;
  /** Default 16. Connections to the server. */
  readonly connections_max?: number;
}

const whole = (min: number, max: number) => ({ kind: 'integer', min, max }) as const;

const rules: OptionRules<ClientOptions> = {
  timeout_ms: whole(1, 3_600_000),
  retries_max: whole(0, 100),
  retry_wait_ms: whole(0, 60_000),
  retry_writes: { kind: 'boolean' },
  connections_max: whole(1, 10_000),
};

const defaults: Required<ClientOptions> = {
  timeout_ms: 5_000,
  retries_max: 3,
  retry_wait_ms: 50,
  retry_writes: false,
  connections_max: 16,
};

export function clientOptions(given: ClientOptions): Required<ClientOptions> {
  return checkOptions<Required<ClientOptions>>('KvClient', given, rules, defaults);
}
