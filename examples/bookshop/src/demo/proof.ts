import { readFileSync } from 'node:fs';

/** What the demo reads of `cowpath prove --save`, version 1. */
export interface Proof {
  readonly overall: string;
  readonly complete: boolean;
  readonly answers: { readonly compared: number; readonly differing: number };
  readonly routes: readonly {
    readonly route: string;
    readonly before: { readonly mean_ms: number | null };
    readonly after: { readonly mean_ms: number | null };
  }[];
}

/** What the demo reads of `cowpath report --json`, version 1, to set it beside a proof. */
export interface Advice {
  readonly contexts: readonly { readonly path: readonly string[]; readonly runs: number }[];
  readonly worn: readonly { readonly path: readonly string[]; readonly saving_ms: number }[];
}

/** Few launches do for an effect as large as the shop's; the whole takes about twenty seconds. */
export const SHORT = { launches: '6', time: '9s', warmup: '500ms', answers: '100' } as const;
export const FULL = { launches: '20', time: '2m', warmup: '2s', answers: '700' } as const;

/** The arguments of `cowpath prove` for the shop as written against its pages fixed by hand. */
export function proveArguments(
  traffic: string,
  saved: string,
  { launches, time, warmup, answers }: typeof SHORT | typeof FULL,
): string[] {
  return [
    'prove',
    ...['--command', 'exec node server.ts'],
    ...['--before-env', 'BOOKSHOP_PAGES=as-written', '--after-env', 'BOOKSHOP_PAGES=fixed'],
    // As many in flight as when it was recorded.
    ...['--traffic', traffic, '--in-flight', '2'],
    ...['--launches', launches, '--time', time, '--warmup', warmup, '--answers', answers, '--save', saved],
  ];
}

export function readProof(file: string): Proof {
  return JSON.parse(readFileSync(file, 'utf8')) as Proof;
}

/** For each route, what the report said that batches would save of a run, and what the fixed page took less. */
export function besideAdvice(proof: Proof, advice: Advice): string {
  const rows = proof.routes.map(({ route, before, after }) => {
    const runs = advice.contexts.find(({ path }) => path.length === 1 && path[0] === route)?.runs;
    const saving_ms = advice.worn
      .filter(({ path }) => path[0] === route)
      .reduce((sum, worn) => sum + worn.saving_ms, 0);
    const found = before.mean_ms === null || after.mean_ms === null ? null : before.mean_ms - after.mean_ms;
    return [
      route,
      ms(before.mean_ms),
      ms(after.mean_ms),
      ms(found),
      runs === undefined || saving_ms === 0 ? 'nothing worn' : ms(saving_ms / runs),
    ];
  });
  const table = [['mean of an answer', 'as written', 'fixed', 'found', 'advised'], ...rows];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  return table
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2))).join(''),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function ms(value: number | null): string {
  if (value === null) return '';
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)} ms`;
}
