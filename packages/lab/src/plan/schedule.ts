import type { RecordedRequest } from '../traffic/request.ts';

/**
 * The intended start of each request, in milliseconds after the first, at the recorded pace. Requests must
 * all have a time. A log that knows only whole seconds would send all of a second's requests in one burst that
 * never happened; there they are spread evenly over their second, in their order.
 * @param gap_ms_max silences longer than this become this
 * @returns ascending offsets in the order of `requests`, which must be in order of time
 */
export function offsets(
  requests: readonly RecordedRequest[],
  resolution_ms: number,
  gap_ms_max?: number,
): Float64Array {
  const at = Float64Array.from(requests, (request) => request.at_ms!);
  if (resolution_ms > 1) spread(at, resolution_ms);
  const first = at[0] ?? 0;
  let cut = 0;
  let previous = first;
  for (let i = 0; i < at.length; i++) {
    const now = at[i]!;
    if (gap_ms_max !== undefined && now - previous > gap_ms_max) cut += now - previous - gap_ms_max;
    previous = now;
    at[i] = now - first - cut;
  }
  return at;
}

function spread(at: Float64Array, resolution_ms: number): void {
  for (let from = 0; from < at.length; ) {
    let to = from;
    while (to < at.length && at[to] === at[from]) to++;
    const start = at[from]!;
    for (let i = from; i < to; i++) at[i] = start + ((i - from) * resolution_ms) / (to - from);
    from = to;
  }
}
