import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { channels, Histogram, listen, type RequestMessage } from '@cowpath/profile';

/** The hottest of each kind, most first. Shares are of the whole. */
export interface Profiles {
  readonly cpu: readonly Hot[];
  readonly allocation: readonly Hot[];
  readonly waits: Waits;
}

export interface Hot {
  readonly share: number;
  /** From the leaf outwards. */
  readonly stack: readonly string[];
}

/** Milliseconds. */
export interface Waits {
  readonly queue_p50: number;
  readonly queue_p99: number;
  readonly engine_p50: number;
  readonly engine_p99: number;
  readonly socket_p50: number;
  readonly socket_p99: number;
  readonly event_loop_p99: number;
}

const TOP = 6;
const STACK_FRAMES = 5;

/** CPU, allocation and wait profiles of this process between `start` and `stop`. */
export class Profiler {
  readonly #session = new Session();
  readonly #loop = monitorEventLoopDelay({ resolution: 1 });
  readonly #queue = new Histogram();
  readonly #engine = new Histogram();
  readonly #socket = new Histogram();
  #unlisten: () => void = () => undefined;

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: 500 });
    // Without the two flags only what is still alive at the end is reported, and garbage is what costs.
    await this.#session.post('HeapProfiler.startSampling', {
      samplingInterval: 8_192,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await this.#session.post('Profiler.start');
    this.#loop.enable();
    this.#unlisten = listen(
      channels.request,
      (message) => this.#record(message),
      () => undefined,
    );
  }

  async stop(): Promise<Profiles> {
    this.#unlisten();
    this.#loop.disable();
    const { profile } = await this.#session.post('Profiler.stop');
    const heap = await this.#session.post('HeapProfiler.stopSampling');
    this.#session.disconnect();
    const ms = (histogram: Histogram, q: number): number => histogram.quantile(q) / 1e6;
    return {
      cpu: hottestCpu(profile),
      allocation: hottestAllocation(heap.profile.head),
      waits: {
        queue_p50: ms(this.#queue, 0.5),
        queue_p99: ms(this.#queue, 0.99),
        engine_p50: ms(this.#engine, 0.5),
        engine_p99: ms(this.#engine, 0.99),
        socket_p50: ms(this.#socket, 0.5),
        socket_p99: ms(this.#socket, 0.99),
        event_loop_p99: this.#loop.percentile(99) / 1e6,
      },
    };
  }

  #record({ queue_ns, engine_ns, socket_ns }: RequestMessage): void {
    this.#queue.record(queue_ns);
    this.#engine.record(engine_ns);
    this.#socket.record(socket_ns);
  }
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

function nameOf({ functionName, url }: Frame): string {
  const file = url.split('/').slice(-2).join('/');
  return `${functionName || '(anonymous)'}${file ? ` (${file})` : ''}`;
}

/** What the profilers themselves cost. */
function isProfiler(name: string): boolean {
  return name.includes('(node:inspector)');
}

function hottestCpu(profile: {
  nodes: { id: number; callFrame: Frame; children?: number[] | undefined }[];
  samples?: number[] | undefined;
  timeDeltas?: number[] | undefined;
}): Hot[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
  );
  const weights = new Map<string, number>();
  for (const [at, sample] of (profile.samples ?? []).entries()) {
    const stack: string[] = [];
    for (
      let id: number | undefined = sample;
      id !== undefined && stack.length < STACK_FRAMES;
      id = parents.get(id)
    ) {
      stack.push(nameOf(nodes.get(id)!.callFrame));
    }
    if (stack[0] === '(idle)' || stack.some(isProfiler)) continue;
    const key = stack.filter((name) => name !== '(root)').join('\n');
    weights.set(key, (weights.get(key) ?? 0) + (profile.timeDeltas?.[at] ?? 0));
  }
  return hottest(weights);
}

interface HeapNode {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

function hottestAllocation(head: HeapNode): Hot[] {
  const weights = new Map<string, number>();
  const walk = (node: HeapNode, above: readonly string[]): void => {
    const stack = [nameOf(node.callFrame), ...above].slice(0, STACK_FRAMES);
    if (node.selfSize > 0 && !stack.some(isProfiler)) {
      const key = stack.filter((name) => name !== '(root)').join('\n');
      weights.set(key, (weights.get(key) ?? 0) + node.selfSize);
    }
    for (const child of node.children) walk(child, stack);
  };
  walk(head, []);
  return hottest(weights);
}

function hottest(weights: ReadonlyMap<string, number>): Hot[] {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([key, weight]) => ({ share: weight / total, stack: key.split('\n') }));
}
