import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compare, type Report } from '../src/demo/compare.ts';
import type { FollowTruth, Manifest, StepCounts } from '../src/manifest/format.ts';

const HERE = import.meta.dirname;
const manifest = JSON.parse(readFileSync(join(HERE, '..', 'manifest.json'), 'utf8')) as Manifest;

type Step = Report['contexts'][number]['trails'][number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Mutable<T[K]> : T[K] };

/** The report that says exactly what the manifest does. */
function perfect(): Mutable<Report> {
  const table = (name: string) => ({ table: name });
  const counted = ({ queries, objects, repeats, worn, follows }: StepCounts) => ({
    total: { queries, objects, repeats },
    worn: worn ? {} : null,
    children: follows.map(follow),
  });
  const follow = (truth: FollowTruth): Step => ({
    origin: null,
    reference: {
      from: table(truth.reference.from),
      from_columns: truth.reference.fromColumns,
      to: table(truth.reference.to),
      to_columns: truth.reference.toColumns,
      via: truth.reference.via === null ? null : table(truth.reference.via),
      or_columns: [],
    },
    ...counted(truth),
  });
  const write = (kind: string, entity: string, queries: number, verb: string, by: string[]): Step => ({
    origin: { kind, entity: table(entity), verb, by },
    reference: null,
    ...counted({ queries, objects: 0, repeats: 0, worn: false, follows: [] }),
  });
  return {
    contexts: manifest.contexts.map(({ path, runs, trails, writes }) => ({
      path,
      runs,
      trails: [
        ...trails.map((trail) => ({
          origin: { ...trail.origin, entity: table(trail.origin.entity) },
          reference: null,
          ...counted(trail),
        })),
        ...writes.map(({ verb, entity, by, queries }) =>
          write(verb === 'insert' ? 'created' : 'write', entity, queries, verb, by),
        ),
      ],
    })),
  } as Mutable<Report>;
}

describe('the comparison with the manifest', () => {
  test('finds nothing in a report that is right', () => {
    const { differences, worn } = compare(perfect(), manifest);
    expect(differences).toEqual([]);
    expect(worn).toBe(9);
  });

  test.each<[string, (report: Mutable<Report>) => void]>([
    ['one query more', (report) => report.contexts[0]!.trails[0]!.children[0]!.total.queries++],
    ['one object fewer', (report) => report.contexts[0]!.trails[0]!.total.objects--],
    ['one identical read more', (report) => report.contexts[0]!.trails[0]!.children[1]!.total.repeats++],
    ['one run fewer', (report) => report.contexts[3]!.runs--],
    ['worn that is not', (report) => (report.contexts[1]!.trails[0]!.children[0]!.worn = {} as never)],
    ['not worn that is', (report) => (report.contexts[0]!.trails[0]!.children[0]!.worn = null as never)],
    ['a step that is missing', (report) => report.contexts[0]!.trails[0]!.children.pop()],
    ['a step too many', (report) => report.contexts[0]!.trails.push({ ...report.contexts[1]!.trails[0]! })],
    ['a context that is missing', (report) => report.contexts.pop()],
    [
      'an ambiguous reference',
      (report) => report.contexts[0]!.trails[0]!.children[0]!.reference!.or_columns.push(['x'] as never),
    ],
  ])('finds %s', (_, change) => {
    const report = perfect();
    change(report);
    expect(compare(report, manifest).differences.length).toBeGreaterThan(0);
  });
});

test('Ctrl-C in the middle of the demo leaves nothing running and no file behind', async () => {
  // A temporary folder of its own, so that another demo on this machine does not matter.
  const temporary = mkdtempSync(join(tmpdir(), 'cowpath-test-'));
  // The database's own user looks for its files in it.
  chmodSync(temporary, 0o755);
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const demo = spawn(process.execPath, [join(HERE, '..', 'src', 'demo.ts')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', TMPDIR: temporary },
  });
  const exited = once(demo, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    demo.stderr.on('data', (chunk) => {
      said += chunk;
      if (/requests answered/.test(said)) resolve();
    });
    demo.on('exit', () => reject(new Error(`the demo ended early:\n${said}`)));
  });
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(demo.pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);
  expect(children.length).toBeGreaterThanOrEqual(2);
  demo.kill('SIGINT');
  const [code] = await exited;
  expect(code).toBe(130);
  expect(children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  // npm keeps a cache of its own there.
  expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([]);
});
