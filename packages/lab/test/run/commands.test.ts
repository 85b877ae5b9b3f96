import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lab, startLab, startServer } from '../programs/start.ts';
import { fileOf } from '../traffic/read.ts';

const LOG = Array.from(
  { length: 30 },
  (_, i) =>
    `192.0.2.1 - - [17/May/2015:10:05:${String(i).padStart(2, '0')} +0000] "GET /books/${i} HTTP/1.1" 200 1\n`,
).join('');

describe('cowpath replay and load', () => {
  it('prints a result for people, with a plot and without colour in a pipe', async () => {
    const { port } = await startServer();
    const { code, stdout, stderr } = await lab(
      'replay',
      fileOf(LOG),
      '--target',
      `localhost:${port}`,
      '--pace',
      '100x',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('30 requests in');
    expect(stdout).toContain('GET /books/:id');
    expect(stdout).toMatch(/in all +30 /);
    expect(stdout).toContain('lateness');
    expect(stdout).toContain('█');
    expect(stdout).not.toContain('\x1b');
  });

  it('prints JSON, and nothing else', async () => {
    const { port } = await startServer();
    const { stdout } = await lab(
      'load',
      `localhost:${port}/x?y`,
      '--requests',
      '20',
      '--json',
      '--header',
      'cookie: a=b',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'cowpath-load',
      version: 1,
      requests: { sent: 20, answered: 20 },
      routes: [{ route: 'GET /x?y', sent: 20 }],
    });
  });

  it('stops at Ctrl-C and prints what it has', async () => {
    const log = fileOf('');
    const { port } = await startServer({ DELAY_MS: '5', LOG: log });
    const { child, finished } = startLab(['load', `localhost:${port}`, '--time', '60s', '--json']);
    while (statSync(log).size === 0) await setTimeout(20);
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false, end: 'interrupted' });
  });

  it.each([
    [['replay', '/no/such/log', '--target', 'localhost:1'], 'LOG_NOT_FOUND'],
    [['load', 'localhost:1', '--wait', '100ms'], 'TARGET_DOWN'],
    [['load', 'localhost:1', '-X', 'POST'], '--unsafe'],
    [['prove', '--traffic', 'x'], '--before, --before-url and --command'],
    [
      ['prove', '--command', 'true', '--traffic', 'x', '--html', '/no/such/folder/proof.html'],
      'cannot write /no/such/folder/proof.html',
    ],
  ])('says in one sentence what is wrong with %j', async (args, message) => {
    const { code, stderr, stdout } = await lab(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([['replay'], ['load'], ['prove']])('%s has help with examples', async (command) => {
    const { code, stdout } = await lab(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`$ cowpath ${command}`);
  });

  it('suggests the option that was meant', async () => {
    const { stderr } = await lab('load', 'localhost:1', '--requets', '3');
    expect(stderr).toContain('--requests');
  });
});
