import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ProveOptions, proofPage, proofText, prove } from '../../src/index.ts';
import { colorsFor } from '../../src/results/colors.ts';
import { commandOf, startLab, startServer } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

const TRAFFIC = Array.from({ length: 20 }, (_, i) => `{"path":"/books/${i}"}\n`).join('');
/** That a process which was told to end is gone is waited for so long; a busy machine takes its time. */
const GONE_MS_MAX = 30_000;

const quick = {
  warmup_s: 0.05,
  slice_ms: 20,
  blocks_min: 8,
  answers_max: 5,
} satisfies Partial<ProveOptions>;

/** Everything that this file's proofs leave in temporary places would be here. */
let folder: string;
const tmp = process.env.TMPDIR;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cowpath-launches-'));
  process.env.TMPDIR = folder;
});
afterEach(() => {
  for (const pid of startedPids) expect(isRunning(pid), `process ${pid}`).toBe(false);
  startedPids.length = 0;
});
afterAll(() => {
  if (tmp === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmp;
  rmSync(folder, { recursive: true, force: true });
});

const startedPids: number[] = [];

interface Start {
  readonly side: string;
  readonly pid: number;
}

interface Noted {
  readonly command: string;
  readonly env: Record<string, string>;
}

/** Commands that note each start of theirs, and do `more` (in which `$n` counts the side's own starts) before. */
function sides(more = ''): { before: Noted; after: Noted; starts: () => Start[] } {
  const log = fileOf('');
  // The shell becomes the server, so that its number is the server's.
  const command = `echo "$SIDE $$" >> "${log}"; n=$(grep -c "^$SIDE" "${log}"); ${more}\n${commandOf('delay-server.ts')}`;
  const starts = (): Start[] => {
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    const all = lines
      .map((line) => line.split(' '))
      .map(([side, pid]) => ({ side: side!, pid: Number(pid) }));
    startedPids.push(...all.map(({ pid }) => pid));
    return all;
  };
  return {
    before: { command, env: { SIDE: 'before' } },
    after: { command, env: { SIDE: 'after' } },
    starts,
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a proof in launches', () => {
  it('starts both sides anew for each, the other one first every time, and leaves nothing of them', async () => {
    const { starts, ...both } = sides();
    const phases: string[] = [];
    const proof = await prove({
      ...both,
      traffic: fileOf(TRAFFIC),
      ...quick,
      launches: 3,
      blocks_max: 14,
      onProgress: ({ phase, launch, launches }) => phases.push(`${phase} ${launch} of ${launches}`),
    });
    const all = starts();
    expect(all.map(({ side }) => side)).toEqual(['before', 'after', 'after', 'before', 'before', 'after']);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(6);
    expect(all.map(({ pid }) => isRunning(pid))).toEqual(Array(6).fill(false));
    expect(readdirSync(folder).filter((name) => name.startsWith('cowpath-prove-'))).toEqual([]);
    // 14 blocks shared by three, rounded down.
    expect(proof).toMatchObject({
      complete: true,
      end: 'blocks-limit',
      blocks: 12,
      launches_planned: 3,
      launches: [{ blocks: 4 }, { blocks: 4 }, { blocks: 4 }],
      intervals_hold: 'launches',
    });
    expect(proof.sides.before.sent).toBe(proof.blocks * 2 * proof.requests_per_slice);
    expect(proof.sides.after.sent).toBe(proof.sides.before.sent);
    const [throughput] = proof.measures;
    expect(throughput).toMatchObject({ pairs: 12, launch_pairs: [4, 4, 4], launches_per_gain: 1 });
    expect(throughput!.launch_gains).toHaveLength(3);
    expect(throughput!.launch_spread).not.toBeNull();
    for (const { gain } of proof.measures) expect(gain?.high ?? 1).toBeLessThanOrEqual(1e6 * 1.001);
    // Asked for once, in the first.
    expect(phases.filter((phase) => phase.startsWith('comparing'))).toEqual(['comparing answers 1 of 3']);
    expect(phases).toContain('measuring 3 of 3');
    const text = proofText(proof, colorsFor(process.stderr));
    expect(text).toContain('in 3 launches');
    expect(text).toMatch(/launches {3}3, both sides started anew for each; in throughput they differ by/);
    const page = proofPage(proof);
    expect(page.match(/class="launch-gain"/g)!.length).toBeGreaterThanOrEqual(6);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shares its time among them, and the first says how many blocks that is for each', async () => {
    const { starts, ...both } = sides();
    const proof = await prove({ ...both, traffic: fileOf(TRAFFIC), ...quick, launches: 2, time_s_max: 1 });
    expect(starts()).toHaveLength(4);
    expect(proof).toMatchObject({ complete: true, end: 'time-limit' });
    const [first, second] = proof.launches;
    // The second is as long, unless a busy machine makes it twice as slow.
    expect(second!.blocks).toBeLessThanOrEqual(first!.blocks);
    expect(first!.blocks + second!.blocks).toBe(proof.blocks);
    expect(second!.started > first!.started).toBe(true);
  });

  it('keeps what it has when a side dies in the third, and says where', async () => {
    const { starts, ...both } = sides('[ $SIDE = after ] && [ $n -ge 3 ] && export FAIL_AFTER=30');
    const proof = await prove({
      ...both,
      traffic: fileOf(TRAFFIC),
      ...quick,
      launches: 5,
      blocks_max: 15,
    });
    expect(starts()).toHaveLength(6);
    expect(proof).toMatchObject({ complete: false, end: 'side-failed', launches_planned: 5 });
    // More than its warm-up sends at least, and less than that and the first block: there was none.
    expect(proof.launches).toHaveLength(2);
    expect(proof.problems[0]).toMatchObject({
      kind: 'side-failed',
      text: expect.stringContaining('in launch 3 of 5: the server after ended with code 3'),
    });
    expect(proof.measures[0]!.gain).not.toBeNull();
    expect(proofText(proof, colorsFor(process.stderr))).toContain('INCOMPLETE: a side failed');
  });

  it('keeps what it has when a side does not come up in the third', async () => {
    const { starts, ...both } = sides(
      '[ $SIDE = before ] && [ $n -ge 3 ] && { echo no more memory; exit 4; }',
    );
    const proof = await prove({ ...both, traffic: fileOf(TRAFFIC), ...quick, launches: 4, blocks_max: 12 });
    starts();
    expect(proof).toMatchObject({ complete: false, end: 'side-failed', blocks: 6 });
    expect(proof.launches).toHaveLength(2);
    expect(proof.problems[0]!.text).toBe(
      'launch 3 of 4 did not come up: the server before ended with code 4 before it was up; it printed:\nno more memory',
    );
    expect(proof.sides.before.sent).toBe(proof.blocks * 2 * proof.requests_per_slice);
  });

  it('tries another port when somebody has taken one, and not for ever', async () => {
    const { port } = await startServer();
    const { starts, ...once } = sides(`[ $SIDE = after ] && [ $n -eq 2 ] && export PORT=${port}`);
    const proof = await prove({ ...once, traffic: fileOf(TRAFFIC), ...quick, launches: 3, blocks_max: 9 });
    expect(starts().filter(({ side }) => side === 'after')).toHaveLength(4);
    expect(proof).toMatchObject({ complete: true, blocks: 9 });
    const { starts: startsAlways, ...always } = sides(
      `[ $SIDE = after ] && [ $n -ge 2 ] && export PORT=${port}`,
    );
    const failed = await prove({ ...always, traffic: fileOf(TRAFFIC), ...quick, launches: 3, blocks_max: 9 });
    expect(startsAlways().filter(({ side }) => side === 'after')).toHaveLength(4);
    expect(failed).toMatchObject({ complete: false, end: 'side-failed', blocks: 3 });
    expect(failed.problems[0]!.text).toMatch(/launch 2 of 3 did not come up: .*EADDRINUSE/s);
  });

  it.each(['measuring', 'warming up', 'starting'] as const)(
    'ends in order when it is interrupted in the second, %s',
    async (when) => {
      const controller = new AbortController();
      const { starts, ...both } = sides();
      const proof = await prove({
        ...both,
        traffic: fileOf(TRAFFIC),
        ...quick,
        launches: 4,
        blocks_max: 16,
        signal: controller.signal,
        onProgress: ({ phase, launch }) => launch === 2 && phase === when && controller.abort(),
      });
      expect(starts().length).toBeLessThanOrEqual(4);
      expect(proof).toMatchObject({ complete: false, end: 'interrupted' });
      const blocks = proof.launches.map((launch) => launch.blocks);
      expect(blocks).toEqual(when === 'measuring' ? [4, 1] : [4]);
    },
  );

  it('lets a server that was asked to end come to its end, though the shell around it would not wait', async () => {
    const ended = fileOf('');
    const program = `
      const answer = (_, response) => response.end('ok');
      require('node:http').createServer(answer).listen(process.env.PORT, '127.0.0.1');
      process.on('SIGTERM', () => setTimeout(() => {
        require('node:fs').appendFileSync('${ended}', 'ended ');
        process.exit();
      }, 300));`;
    const side = { command: `"${process.execPath}" -e "${program}"; true`, env: {} };
    const proof = await prove({
      ...{ before: side, after: side },
      traffic: fileOf(TRAFFIC),
      ...quick,
      launches: 2,
      blocks_max: 8,
    });
    expect(proof.complete).toBe(true);
    expect(readFileSync(ended, 'utf8')).toBe('ended ended ended ended ');
  });

  it('takes one launch where a server runs already, and says what its intervals do not hold', async () => {
    const { port } = await startServer();
    const url = { url: `http://127.0.0.1:${port}` };
    const { starts, ...both } = sides();
    const proof = await prove({
      before: url,
      after: both.after,
      traffic: fileOf(TRAFFIC),
      ...quick,
      blocks_max: 8,
    });
    expect(starts()).toHaveLength(1);
    expect(proof).toMatchObject({
      complete: true,
      blocks: 8,
      launches_planned: 1,
      launches: [{ blocks: 8 }],
      intervals_hold: 'one launch',
    });
    expect(proof.sides.before.started).toBe(false);
    const said = /the noise within it, but not what two processes of one program differ by.*runs already/;
    expect(proofText(proof, colorsFor(process.stderr))).toMatch(said);
    expect(proofPage(proof)).toMatch(said);
    await expect(
      prove({ before: both.before, after: url, traffic: fileOf(TRAFFIC), launches: 5 }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringContaining('launches is 5, but the server after runs already'),
      }),
    );
  });
});

describe('cowpath prove in launches', () => {
  it('ends in order at Ctrl-C: prints what it has, and no server is left', async () => {
    const { before, starts } = sides();
    const { child, finished } = startLab([
      'prove',
      ...['--command', before.command],
      ...['--before-env', 'SIDE=before', '--after-env', 'SIDE=after'],
      ...['--traffic', fileOf(TRAFFIC), '--launches', '100', '--blocks', '800', '--time', '60m'],
      ...['--slice', '20ms', '--warmup', '50ms', '--answers', '0'],
    ]);
    for (const until = performance.now() + GONE_MS_MAX; performance.now() < until; await sleep(20))
      if (starts().length >= 5) break;
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    expect(stdout).toContain('INCOMPLETE: interrupted');
    expect(stdout).toMatch(/launches {3}\d+ of 100, both sides started anew/);
    const all = starts();
    expect(all.map(({ pid }) => isRunning(pid))).toEqual(all.map(() => false));
  });
});
