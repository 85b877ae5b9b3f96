import { resolve } from 'node:path';
import { PROFILE_FOLDER } from '@cowpath/profile';

/** How the recorder works. Set by `cowpath record`'s flags, which travel as environment variables. */
export interface Options {
  /** Where segments are written. `COWPATH_DIR`, default `.cowpath` in the working directory. */
  readonly folder: string;
  /** `COWPATH_FLUSH_INTERVAL_MS`, default 2000. */
  readonly flush_interval_ms: number;
  /** A new segment is begun after so long. `COWPATH_SEGMENT_SPAN_MS`, default one hour. */
  readonly segment_span_ms: number;
  /** Whether executions are sampled and explained. `COWPATH_PLANS=1`. */
  readonly plans: boolean;
  /** Whether every run is followed, whatever that costs. `COWPATH_EVERY_RUN=1`. */
  readonly everyRun: boolean;
  /** Whether it is noted, of some queries, where in the program they come from. `COWPATH_SITES=0` forbids it. */
  readonly sites: boolean;
  /** Whether the catalog is read. `COWPATH_CATALOG=0` forbids it. */
  readonly catalog: boolean;
}

/** Reads the options; what is wrong in them is told to `warn` and the default taken: the program must run. */
export function optionsFrom(env: NodeJS.ProcessEnv, warn: (message: string) => void): Options {
  const number = (name: string, otherwise: number, min: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    if (Number.isFinite(value) && value >= min) return value;
    warn(`${name} must be a number of milliseconds, at least ${min}; it is "${text}". Using ${otherwise}.`);
    return otherwise;
  };
  return {
    folder: resolve(env['COWPATH_DIR'] || PROFILE_FOLDER),
    flush_interval_ms: number('COWPATH_FLUSH_INTERVAL_MS', 2000, 10),
    segment_span_ms: number('COWPATH_SEGMENT_SPAN_MS', 3_600_000, 1000),
    plans: env['COWPATH_PLANS'] === '1',
    everyRun: env['COWPATH_EVERY_RUN'] === '1',
    sites: env['COWPATH_SITES'] !== '0',
    catalog: env['COWPATH_CATALOG'] !== '0',
  };
}
