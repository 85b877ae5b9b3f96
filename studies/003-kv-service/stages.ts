/** How the engine is called. */
export type Calls = 'sync' | 'async' | 'workers' | 'grouped';

/** One variant of the server, all of them flags of one build. */
export interface Stage {
  readonly calls: Calls;
  /** A missing key is told by a value, not by an error with its stack. */
  readonly cheap_missing: boolean;
  /** Tables are written and merged in the background, not by the write that fills the buffer. */
  readonly background_flush: boolean;
  /** A range's next batch is read while the last one is sent. */
  readonly read_ahead: boolean;
}

/** What the service is today. */
export const SERVICE: Stage = {
  calls: 'grouped',
  cheap_missing: true,
  background_flush: true,
  read_ahead: true,
};

export type Operation = 'get' | 'get missing' | 'put' | 'range';

/** One step of the source: what it changed, and under which operation the change shows. */
export interface Step {
  readonly name: string;
  /** What the source did and measured (003-kv-service-profiling, its section). */
  readonly source: string;
  readonly before: Stage;
  readonly after: Stage;
  readonly operation: Operation;
}

const FIRST: Stage = { calls: 'sync', cheap_missing: false, background_flush: false, read_ahead: false };

export const STEPS: readonly Step[] = [
  {
    name: 'missing keys without a stack trace',
    source: 'section 1, GET: 15.89 % of the time to 0.41 %, p99.9 7.06 ms to 2.73 ms',
    before: FIRST,
    after: { ...FIRST, cheap_missing: true },
    operation: 'get missing',
  },
  {
    name: 'flush and compaction off the write path',
    source: 'section 2, PUT: p99 above 1 s to 3 ms',
    before: { ...FIRST, cheap_missing: true },
    after: { ...FIRST, cheap_missing: true, background_flush: true },
    operation: 'put',
  },
  {
    name: 'asynchronous calls: reads',
    source: 'section 3, GET: selectors and workers apart',
    before: { ...SERVICE, calls: 'sync' },
    after: { ...SERVICE, calls: 'async' },
    operation: 'get',
  },
  {
    name: 'asynchronous calls: writes',
    source: 'section 3, PUT: selectors and workers apart',
    before: { ...SERVICE, calls: 'sync' },
    after: { ...SERVICE, calls: 'async' },
    operation: 'put',
  },
  {
    name: 'worker threads: reads',
    source: 'section 3, GET: a pool of workers for the store',
    before: { ...SERVICE, calls: 'sync' },
    after: { ...SERVICE, calls: 'workers' },
    operation: 'get',
  },
  {
    name: 'worker threads: writes',
    source: 'section 3, PUT: a pool of workers for the store',
    before: { ...SERVICE, calls: 'async' },
    after: { ...SERVICE, calls: 'workers' },
    operation: 'put',
  },
  {
    name: 'what the service does: group commit',
    source: 'not in the source',
    before: { ...SERVICE, calls: 'async' },
    after: SERVICE,
    operation: 'put',
  },
  {
    name: 'what the service does: reads on the serving thread, as text, lately read ones kept',
    source: 'not in the source',
    before: { ...SERVICE, calls: 'async' },
    after: SERVICE,
    operation: 'get',
  },
  {
    name: 'read-ahead in ranges',
    source:
      'section 3, entities: an eighth of the time goes to the next value, "could be asked for ahead"; not tried',
    before: { ...SERVICE, read_ahead: false },
    after: SERVICE,
    operation: 'range',
  },
];

/** The flags of a stage on `stage-server.ts`. */
export function flagsOf(stage: Stage): string[] {
  return [
    `--calls=${stage.calls}`,
    ...(stage.cheap_missing ? ['--cheap-missing'] : []),
    ...(stage.background_flush ? ['--background-flush'] : []),
    ...(stage.read_ahead ? ['--read-ahead'] : []),
  ];
}
