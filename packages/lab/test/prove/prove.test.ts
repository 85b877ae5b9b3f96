import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LabError, type Proof, type ProveOptions, proofPage, proofText, prove } from '../../src/index.ts';
import { colorsFor } from '../../src/results/colors.ts';
import { commandOf, lab, startLab, startServer } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

const traffic = (): string =>
  fileOf(
    Array.from(
      { length: 50 },
      (_, i) =>
        `192.0.2.1 - - [17/May/2015:10:05:${String(i).padStart(2, '0')} +0000] "GET /books/${i} HTTP/1.1" 200 1\n`,
    ).join(''),
  );

const side = (env: Record<string, string> = {}) => ({ command: commandOf('delay-server.ts'), env });

const quick: Pick<ProveOptions, 'launches' | 'warmup_s' | 'blocks_min' | 'blocks_max' | 'slice_ms'> = {
  launches: 1,
  warmup_s: 0.2,
  blocks_min: 10,
  blocks_max: 10,
  slice_ms: 60,
};

/** The kinds of its problems, but for drift, which a busy machine may truly cause. */
const problemKinds = ({ problems }: Proof): string[] =>
  problems.map(({ kind }) => kind).filter((kind) => kind !== 'level-drift');

describe('prove', () => {
  it('finds a change that no noise hides, on both sides of it', async () => {
    const fast = side({ DELAY_MS: '3' });
    const slow = side({ DELAY_MS: '40' });
    const proof = await prove({ before: slow, after: fast, traffic: traffic(), ...quick });
    expect(proof).toMatchObject({ complete: true, end: 'blocks-limit', blocks: 10 });
    const [throughput, p50] = proof.measures;
    expect(throughput).toMatchObject({ name: 'throughput', pairs: 10 });
    expect(p50).toMatchObject({ name: 'p50', pairs: 10 });
    // How narrow the intervals are depends on how busy the machine is; verdicts on known data: analysis.test.ts.
    expect(p50!.gain!.ratio).toBeGreaterThan(1.5);
    expect(throughput!.gain!.ratio).toBeGreaterThan(1);
    expect(['faster', 'inconclusive']).toContain(proof.overall);
    expect(problemKinds(proof)).toEqual([]);
    expect(proof.answers).toEqual({ compared: 50, same: 50, unrepeatable: 0, differing: 0, differences: [] });
    // Every block: the same requests twice to each side.
    expect(proof.sides.before.sent).toBe(proof.sides.after.sent);
    expect(proof.routes).toMatchObject([
      { route: 'GET /books/:id', before: { answered: proof.sides.before.answered } },
    ]);
    const reversed = await prove({ before: fast, after: slow, traffic: traffic(), ...quick });
    expect(reversed.measures[1]!.gain!.ratio).toBeLessThan(1 / 1.5);
    expect(['slower', 'inconclusive']).toContain(reversed.overall);
  });

  it('does not judge throughput at a given pace', async () => {
    const proof = await prove({
      before: side(),
      after: side(),
      traffic: traffic(),
      ...quick,
      pace: 1000,
      in_flight: 1,
    });
    expect(proof.measures.map(({ name }) => name)).toEqual(['p50', 'p99', 'p999']);
    expect(proof).toMatchObject({
      measure: 'latency from the intended start',
      factor: 1000,
      in_flight: null,
    });
  });

  it('shows where the answers differ', async () => {
    const proof = await prove({
      before: side(),
      after: side({ ANSWER: 'something else' }),
      traffic: traffic(),
      ...quick,
    });
    expect(proof.answers).toMatchObject({ compared: 50, same: 0, differing: 50 });
    expect(proof.answers!.differences[0]).toEqual({
      request: 'GET /books/0',
      difference: '$.answer is "ok", then "something else"',
    });
    expect(problemKinds(proof)).toEqual(['answers-differ']);
  });

  it('keeps what it has when a side dies, shows what that side printed, and leaves nothing running', async () => {
    const proof = await prove({
      before: side(),
      after: side({ FAIL_AFTER: '2500' }),
      traffic: traffic(),
      ...quick,
      blocks_max: 1000,
    });
    expect(proof).toMatchObject({ complete: false, end: 'side-failed' });
    expect(proof.problems[0]).toMatchObject({
      kind: 'side-failed',
      text: expect.stringContaining('the server after ended with code 3'),
    });
  });

  it('ends in order when it is interrupted', async () => {
    const controller = new AbortController();
    const proof = await prove({
      before: side(),
      after: side(),
      traffic: traffic(),
      ...quick,
      blocks_max: 1000,
      signal: controller.signal,
      onProgress: ({ blocks }) => blocks >= 3 && controller.abort(),
    });
    expect(proof).toMatchObject({ complete: false, end: 'interrupted', blocks: 3 });
    expect(proof.measures.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
  });

  it.each([
    [
      'does not start',
      { command: 'echo "no such module" >&2; exit 4', env: {} },
      /ended with code 4 before it was up; it printed:\nno such module/,
    ],
    ['does not listen', { command: 'sleep 60', env: {} }, /does it listen on the port in PORT/],
  ])('says so when a side %s', async (_, after, message) => {
    const before = { url: `http://127.0.0.1:${(await startServer()).port}` };
    const failing = prove({ before, after, traffic: traffic(), wait_s: 1 });
    await expect(failing).rejects.toThrow(LabError);
    await expect(failing).rejects.toThrow(message);
  });

  it.each([
    [{ in_flight: 0 }, 'in_flight is 0'],
    [{ blocks: 3 }, 'no option "blocks"'],
    [{ launch: 3 }, 'did you mean "launches"?'],
    [{ launches: 0 }, 'launches is 0'],
    [{ launches: 2.5 }, 'launches is 2.5; expected a whole number'],
    [{ launches: 9, blocks_min: 8, blocks_max: 8 }, 'expected at least one block for each launch'],
    [{ health: 'up' }, 'begins with /'],
    [{ blocks_min: 10, blocks_max: 9 }, 'blocks_max is 9'],
  ])('refuses %j', async (options, message) => {
    await expect(
      prove({ before: side(), after: side(), traffic: traffic(), ...(options as object) }),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });
});

describe('cowpath prove', () => {
  it('takes two servers that run, prints text or JSON, and writes the page', async () => {
    const [one, other] = [await startServer(), await startServer({ ANSWER: '<b>&"' })];
    const html = fileOf('', 'html');
    const args = [
      'prove',
      '--before-url',
      `http://localhost:${one.port}`,
      '--after-url',
      `http://localhost:${other.port}`,
      '--traffic',
      traffic(),
      '--warmup',
      '100ms',
      '--blocks',
      '8',
      '--slice',
      '20ms',
      '--html',
      html,
    ];
    const json = await lab(...args, '--json');
    expect(json.code).toBe(1);
    const proof: Proof = JSON.parse(json.stdout);
    expect(proof).toMatchObject({ format: 'cowpath-proof', version: 1, blocks: 8 });
    const page = readFileSync(html, 'utf8');
    expect(page).toBe(proofPage(proof));
    expect(page).not.toContain('<b>');
    expect(page).not.toMatch(/<script|https?:\/\/(?!localhost)|NaN|undefined|Infinity/);
    const text = await lab(...args);
    expect(text.stdout).toContain('50 differ');
    expect(proofText(proof, colorsFor(process.stderr))).toContain('throughput');
  });

  it('leaves no server behind when it is killed with -9', async () => {
    const ports = fileOf('');
    const command = `echo $PORT >> "${ports}"; ${commandOf('delay-server.ts')}`;
    const { child, finished } = startLab([
      'prove',
      '--command',
      command,
      '--traffic',
      traffic(),
      '--time',
      '60s',
    ]);
    const live = (): Promise<boolean[]> =>
      Promise.all(readFileSync(ports, 'utf8').split('\n').filter(Boolean).map(isListening));
    while ((await live()).filter(Boolean).length < 2) await sleep(20);
    child.kill('SIGKILL');
    await finished;
    while ((await live()).some(Boolean)) await sleep(20);
  });
});

function isListening(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
