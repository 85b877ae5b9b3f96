import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Proof, proofPage, prove } from '@cowpath/lab';
import { flagsOf, type Operation, type Stage, type Step } from './stages.ts';
import { keyOf, placesOf, VALUE } from './traffic.ts';

export interface StepProof {
  readonly step: Step;
  /** File name without its ending, of the JSON and the page. */
  readonly slug: string;
  readonly proof: Proof;
}

export interface ProofOptions {
  /** Of blocks, at most; a proof ends earlier when it is settled. */
  readonly seconds: number;
  /** Where the JSON and the pages are kept. */
  readonly out: string;
  /** For logs; emptied by the caller. */
  readonly place: string;
  /** Gives each server a data directory of its own, filled alike. */
  readonly directory: () => Promise<string>;
  readonly progress: (text: string) => void;
}

const REQUESTS = 20_000;
const IN_FLIGHT: Record<Operation, number> = { get: 64, 'get missing': 64, put: 64, range: 2 };
/** A turn of one side: of writes, several of the buffers that one variant flushes on their path. */
const SLICE_MS: Record<Operation, number> = { get: 50, 'get missing': 50, put: 200, range: 100 };
/** Compared between the two: a range is a megabyte. */
const ANSWERS: Record<Operation, number> = { get: 200, 'get missing': 200, put: 0, range: 10 };
/** Both variants are started anew so often; most steps are far larger than what differs from start to start. */
const LAUNCHES = 10;
const WARM_UP_S = 1;

/** Proves one step as `cowpath prove --unsafe` does: both variants of the server, each with its own data. */
export async function proveStep(step: Step, options: ProofOptions): Promise<StepProof> {
  const slug = step.name.replaceAll(/[^a-z]+/g, '-');
  const traffic = join(options.place, `${slug}.jsonl`);
  await writeFile(traffic, logOf(step.operation));
  const directories = { before: await options.directory(), after: await options.directory() };
  try {
    const side = (stage: Stage, data: string): { command: string; env: Record<string, string> } => ({
      // What differs from machine to machine goes in by the environment, whose values a proof does not keep.
      command: `exec "$NODE" --conditions=@cowpath/source "$STAGE_SERVER" "$DATA" --port {port} ${flagsOf(stage).join(' ')}`,
      env: {
        NODE: process.execPath,
        STAGE_SERVER: fileURLToPath(new URL('stage-server.ts', import.meta.url)),
        DATA: data,
      },
    });
    const proof = await prove({
      before: side(step.before, directories.before),
      after: side(step.after, directories.after),
      traffic,
      unsafe: true,
      health: '/v0/status',
      in_flight: IN_FLIGHT[step.operation],
      slice_ms: SLICE_MS[step.operation],
      launches: LAUNCHES,
      warmup_s: WARM_UP_S,
      time_s_max: options.seconds,
      answers_max: ANSWERS[step.operation],
      onProgress: ({ phase, blocks, elapsed_s }) =>
        options.progress(`${step.name}: ${phase}, ${blocks} blocks, ${elapsed_s.toFixed(0)} s`),
    });
    const kept: Proof = { ...proof, log: { ...proof.log, path: `${slug}.jsonl` } };
    await mkdir(options.out, { recursive: true });
    await writeFile(join(options.out, `${slug}.json`), `${JSON.stringify(kept)}\n`);
    await writeFile(join(options.out, `${slug}.html`), proofPage(kept));
    return { step, slug, proof: kept };
  } finally {
    for (const directory of Object.values(directories)) await rm(directory, { recursive: true, force: true });
  }
}

/** The study's requests as a log of JSON lines. */
function logOf(operation: Operation): string {
  const lines = Array.from({ length: REQUESTS }, () => JSON.stringify(requestOf(operation)));
  return `${lines.join('\n')}\n`;
}

function requestOf(operation: Operation): { method: string; path: string; body?: string } {
  const { at, to } = placesOf(operation);
  switch (operation) {
    case 'get':
      return { method: 'GET', path: `/v0/entity?id=${keyOf(at)}` };
    case 'get missing':
      return { method: 'GET', path: `/v0/entity?id=${keyOf(at)}x` };
    case 'put':
      return { method: 'PUT', path: `/v0/entity?id=${keyOf(at)}`, body: VALUE.toString('latin1') };
    case 'range':
      return { method: 'GET', path: `/v0/entities?start=${keyOf(at)}&end=${keyOf(to)}` };
  }
}
