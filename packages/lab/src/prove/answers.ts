import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type Answer, fetchAnswer, headerOf } from './fetch-answer.ts';
import { firstDifference } from './first-difference.ts';
import type { Side } from './side.ts';

/** How the answers of the two sides compare on a sample of the traffic. */
export interface AnswerComparison {
  /** Distinct requests asked of both sides. */
  readonly compared: number;
  readonly same: number;
  /** Differ even between two answers of the same side, so that only their status was compared. */
  readonly unrepeatable: number;
  readonly differing: number;
  /** The first few differences. */
  readonly differences: readonly AnswerDifference[];
}

export interface AnswerDifference {
  readonly request: string;
  /** `status 200, then 404`, or the first place at which the bodies part. */
  readonly difference: string;
}

const DIFFERENCES_KEPT_MAX = 10;

/**
 * Asks both sides for up to `sample_max` distinct requests that only read, spread over the routes, and
 * compares status and body. JSON is compared by value, so that the order of keys does not matter. Each request
 * is asked of the side before twice: what does not even repeat itself (times, random tokens) proves nothing.
 */
export async function compareAnswers(
  before: Side,
  after: Side,
  sample_max: number,
  signal: AbortSignal | undefined,
): Promise<AnswerComparison> {
  const sample = chooseSample(before, sample_max);
  const differences: AnswerDifference[] = [];
  let same = 0;
  let unrepeatable = 0;
  let differing = 0;
  for (const index of sample) {
    if (signal?.aborted) break;
    const request = before.plan.requests[index]!;
    const first = await fetchAnswer(before.client, request);
    const other = await fetchAnswer(after.client, after.plan.requests[index]!);
    let difference = differenceOf(first, other);
    if (difference && !difference.status) {
      const again = await fetchAnswer(before.client, request);
      if (differenceOf(first, again)) {
        unrepeatable++;
        difference = undefined;
        continue;
      }
    }
    if (!difference) {
      same++;
      continue;
    }
    differing++;
    if (differences.length < DIFFERENCES_KEPT_MAX)
      differences.push({ request: `${request.method} ${request.path}`, difference: difference.text });
  }
  return { compared: same + unrepeatable + differing, same, unrepeatable, differing, differences };
}

/** Indexes of distinct safe requests, taking one of each route in turn. */
function chooseSample({ plan }: Side, sample_max: number): number[] {
  const seen = new Set<string>();
  const byRoute = new Map<number, number[]>();
  plan.requests.forEach((request, i) => {
    const key = `${request.method} ${request.path}`;
    if (!request.safe || seen.has(key)) return;
    seen.add(key);
    const list = byRoute.get(request.route);
    if (list) list.push(i);
    else byRoute.set(request.route, [i]);
  });
  const lists = [...byRoute.values()];
  const sample: number[] = [];
  for (let round = 0; sample.length < sample_max && lists.some((list) => list.length > round); round++) {
    for (const list of lists)
      if (list.length > round && sample.length < sample_max) sample.push(list[round]!);
  }
  return sample;
}

function differenceOf(a: Answer, b: Answer): { text: string; status: boolean } | undefined {
  if (a.error || b.error) {
    if (a.error === b.error) return undefined;
    return {
      status: true,
      text: `${a.error ?? `status ${a.status}`}, then ${b.error ?? `status ${b.status}`}`,
    };
  }
  if (a.status !== b.status) return { status: true, text: `status ${a.status}, then ${b.status}` };
  const bodyA = decoded(a);
  const bodyB = decoded(b);
  if (bodyA.equals(bodyB)) return undefined;
  const json = isJson(a) && isJson(b);
  const text = firstDifference(bodyA, bodyB, json);
  return text === undefined ? undefined : { status: false, text };
}

function isJson(answer: Answer): boolean {
  return /\bjson\b/i.test(headerOf(answer.head, 'content-type'));
}

function decoded(answer: Answer): Buffer {
  try {
    switch (headerOf(answer.head, 'content-encoding').toLowerCase()) {
      case 'gzip':
        return gunzipSync(answer.body);
      case 'br':
        return brotliDecompressSync(answer.body);
      case 'deflate':
        return inflateSync(answer.body);
      case 'zstd':
        return zstdDecompressSync(answer.body);
    }
  } catch {
    // Not what it says it is: then the bytes themselves are compared.
  }
  return answer.body;
}
