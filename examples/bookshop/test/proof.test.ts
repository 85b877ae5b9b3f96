import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { besideAdvice, proveArguments, readProof, SHORT } from '../src/demo/proof.ts';
import { useBookshop } from './bookshop.ts';

const shop = useBookshop();
const CLI = join(import.meta.dirname, '..', '..', '..', 'packages', 'cowpath', 'src', 'cli', 'main.ts');

test('the demo’s proof is made: both answer the same, and it has a verdict', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [traffic, saved] = [join(folder, 'traffic'), join(folder, 'proof.json')];
  const paths = ['/books', '/books/1', '/search?q=the%20silent', '/categories', '/authors/1'];
  writeFileSync(traffic, paths.map((path) => `${JSON.stringify({ path })}\n`).join(''));
  const short = ['--launches', '2', '--blocks', '8', '--time', '5m', '--warmup', '200ms'];
  const args = [CLI, ...proveArguments(traffic, saved, SHORT), ...short];
  const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(
      process.execPath,
      [...process.execArgv, ...args],
      {
        cwd: join(import.meta.dirname, '..', 'src'),
        env: {
          ...process.env,
          DATABASE_URL: shop.url,
          // The servers import the sources too.
          NODE_OPTIONS: '--conditions=@cowpath/source',
          PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
        },
      },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });
  expect(code, text).toBe(0);
  const proof = readProof(saved);
  expect(proof).toMatchObject({ complete: true, answers: { compared: paths.length, differing: 0 } });
  // Which of them depends on how busy the machine is.
  expect(['faster', 'slower', 'mixed', 'no difference', 'inconclusive']).toContain(proof.overall);
  expect(text).toContain(proof.overall.toUpperCase());
  expect(proof.routes).toHaveLength(paths.length);
});

test('advice stands beside what was found', () => {
  const route = (name: string, before: number | null, after: number | null) => ({
    route: name,
    before: { mean_ms: before },
    after: { mean_ms: after },
  });
  const proof = {
    overall: 'faster',
    complete: true,
    answers: { compared: 1, differing: 0 },
    routes: [route('GET /books', 58.24, 9.8), route('GET /books/:id', 2, 2.5), route('GET /x', null, null)],
  };
  const advice = {
    contexts: [
      { path: ['GET /books'], runs: 10 },
      { path: ['GET /books', 'sidebar'], runs: 30 },
      { path: ['GET /books/:id'], runs: 5 },
    ],
    worn: [
      { path: ['GET /books'], saving_ms: 300 },
      { path: ['GET /books', 'sidebar'], saving_ms: 112 },
    ],
  };
  expect(besideAdvice(proof, advice)).toBe(
    [
      'mean of an answer  as written   fixed    found       advised',
      'GET /books            58.2 ms  9.8 ms  48.4 ms       41.2 ms',
      'GET /books/:id         2.0 ms  2.5 ms  −0.5 ms  nothing worn',
      'GET /x                                          nothing worn',
      '',
    ].join('\n'),
  );
});
