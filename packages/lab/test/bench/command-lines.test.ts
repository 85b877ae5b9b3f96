import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');

/** What bench programs start or share; not called by hand. */
const PARTS = new Set([
  'bench/command.ts',
  'bench/load/client-candidate.ts',
  'bench/load/processes.ts',
  'bench/load/ratios.ts',
  'bench/load/server.ts',
  'bench/load/work-server.ts',
  'bench/store/data.ts',
  'bench/store/measure.ts',
  'bench/store/migrate-check.ts',
  'bench/store/migrate-reader.ts',
  'bench/store/postgres.ts',
  'bench/store/sqlite.ts',
]);
const PROGRAMS = globSync('bench/{*,load/*,store/*}.ts', { cwd: ROOT }).filter((file) => !PARTS.has(file));

/** Loaded first: whoever starts a process, a thread or a connection gets an exit code of its own. */
const NOTHING_STARTS = `data:text/javascript,${encodeURIComponent(`
  import childProcess from 'node:child_process';
  import { syncBuiltinESMExports } from 'node:module';
  import net from 'node:net';
  import threads from 'node:worker_threads';
  const refuse = (what) => function () { process.stderr.write(what + ' was started'); process.exit(99); };
  childProcess.ChildProcess.prototype.spawn = refuse('a process');
  childProcess.spawnSync = childProcess.execFileSync = childProcess.execSync = refuse('a process');
  net.Server.prototype.listen = refuse('a server');
  net.Socket.prototype.connect = refuse('a connection');
  threads.Worker = refuse('a thread');
  syncBuiltinESMExports();
`)}`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, ...args: string[]): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--conditions=@cowpath/source', '--import', NOTHING_STARTS, program, ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000 },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('bench programs', () => {
  it('are all found', () => {
    expect(PROGRAMS.length).toBeGreaterThanOrEqual(13);
  });

  it.each(PROGRAMS)(
    '%s says what it measures, what it takes and how it is called, and starts nothing',
    async (program) => {
      const { code, stdout, stderr } = await run(program, '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Usage: ');
      expect(stdout).toMatch(/^Takes /m);
      expect(stdout).toContain(`Examples:\n  $ node`);
      expect(stdout).toContain(program);
    },
  );

  it.each(PROGRAMS)('%s refuses an option that it does not know, and starts nothing', async (program) => {
    const { code, stdout, stderr } = await run(program, '--no-such-option');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("unknown option '--no-such-option'");
    expect(stderr).not.toContain('Examples:');
  });
});

describe('their numbers', () => {
  it.each([
    ['bench/load/tools.ts', '--rounds', 'many', 'expected a number from 1 to 10000'],
    ['bench/load/tools.ts', '--seconds', '1.5', 'expected a whole number from 1 to 3600'],
    ['bench/load/lateness.ts', '--factors', '20,,200', 'expected a number from'],
    ['bench/load/simulate-proofs.ts', '--seconds', '-5', 'expected a number from 20'],
    ['bench/store/main.ts', 'got', '', "'got' is invalid"],
    ['bench/sql.ts', '1', '', 'expected a number from 2'],
  ])('%s %s %s is refused', async (program, name, value, message) => {
    const { code, stdout, stderr } = await run(program, name, ...(value === '' ? [] : [value]));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('a misspelt option is told the right one', async () => {
    const { code, stderr } = await run('bench/load/clients.ts', '--round', '3');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --rounds?');
  });
});
