import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveSegmentSync } from '@cowpath/profile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.ts';
import { bookshop } from './profiles.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'cowpath-report-'));
const profile = join(folder, '.cowpath');

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cowpath(...args: string[]): Ended {
  return spawnSync(process.execPath, ['--conditions=@cowpath/source', MAIN, 'report', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '80', FORCE_COLOR: '' },
  });
}

beforeAll(() => {
  const head = { program: 'bookshop', node: 'v24.9.0', pid: 1, thread: 0 };
  const span = { from_ms: Date.UTC(2026, 10, 21, 8, 12), to_ms: Date.UTC(2026, 10, 21, 9, 20) };
  saveSegmentSync(profile, 'a.cowpath.json', bookshop().builder.toSegment({ ...head, ...span }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cowpath report', () => {
  test('reads .cowpath, and prints text without colour where there is no terminal', async () => {
    const { status, stdout, stderr } = cowpath('--no-decay');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    await expect(stdout).toMatchFileSnapshot('golden/bookshop-80.txt');
  });

  test('prints JSON', () => {
    const { status, stdout } = cowpath('--json', '--no-decay', '--top', '3');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ format: 'cowpath-report', version: 1, contexts_in_all: 9 });
    expect(report.contexts).toHaveLength(3);
    expect(report.profile).toMatchObject({ path: '.cowpath', segments: 1, half_life_days: null });
  });

  test('a shorter half-life weighs old days less, and changes no figure per run', () => {
    const json = (...args: string[]): Report => JSON.parse(cowpath('--json', ...args).stdout);
    const [whole, faded] = [json('--no-decay'), json('--half-life', '0.5')];
    const age_days = Math.floor((Date.now() - Date.UTC(2026, 10, 21, 9, 20)) / 86_400_000);
    if (age_days > 0) expect(faded.contexts[0]!.runs).toBeLessThan(whole.contexts[0]!.runs);
    expect(faded.contexts[0]!.own.per_run.queries).toBeCloseTo(whole.contexts[0]!.own.per_run.queries, 6);
    expect(faded.profile.half_life_days).toBe(0.5);
  });

  test('one context, by name', () => {
    const { stdout } = cowpath('--no-decay', '--context', 'GET /categories');
    expect(stdout).toContain('category.parent_id  depth 4');
    expect(stdout).not.toContain('GET /books');
  });

  test('no profile says what to do', () => {
    const { status, stdout, stderr } = cowpath('nowhere');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^cowpath: COWPATH_NO_PROFILE: .*nowhere.*cowpath record -- node app\.js\n$/);
  });

  test('an empty one does too', () => {
    mkdirSync(join(folder, 'empty'));
    const { status, stdout, stderr } = cowpath('empty');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/COWPATH_EMPTY_PROFILE: .*empty.*cowpath record/);
  });

  test('a damaged file is named with the byte, and the rest is reported', () => {
    const other = join(folder, 'other');
    saveSegmentSync(
      other,
      'good.cowpath.json',
      bookshop().builder.toSegment({
        program: 'p',
        node: 'v24',
        pid: 1,
        thread: 0,
        from_ms: 0,
        to_ms: 1,
      }),
    );
    writeFileSync(join(other, 'bad.cowpath.json'), '{"format": "cowpath-profile"');
    const { status, stdout, stderr } = cowpath('other', '--no-decay');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^cowpath: COWPATH_PROFILE_DAMAGED: .*bad\.cowpath\.json: .*byte 28/);
    expect(stdout).toContain('GET /books');
    const { problems } = JSON.parse(cowpath('other', '--json').stdout) as Report;
    expect(problems).toMatchObject([{ code: 'COWPATH_PROFILE_DAMAGED', where: 'byte 28' }]);
  });

  test('nothing readable is an error', () => {
    mkdirSync(join(folder, 'bad'));
    writeFileSync(join(folder, 'bad', 'x.cowpath.json'), '{}');
    const { status, stdout, stderr } = cowpath('bad');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('COWPATH_PROFILE_FOREIGN');
    expect(stderr).toContain('COWPATH_UNREADABLE_PROFILE');
  });

  test.each([
    [['--top', '0'], 'whole number'],
    [['--top', 'all'], 'whole number'],
    [['--half-life', '-1'], 'above 0'],
    [['--tpo', '3'], '--top'],
    [['--context', 'nowhere'], 'COWPATH_NO_CONTEXT'],
  ])('%j is refused, with what was expected', (args, expected) => {
    const { status, stdout, stderr } = cowpath(...args);
    expect(status).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(expected);
  });

  test('its help has examples', () => {
    const { status, stdout } = cowpath('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  test('a reader that goes away is no crash', () => {
    const command = `"${process.execPath}" --conditions=@cowpath/source "${MAIN}" report "${profile}" --json | head -n 1`;
    const { stderr, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toBe('{\n');
    expect(stderr).toBe('');
  });
});
