/**
 * `cowpath load` against `wrk` and `autocannon` as whole programs, interleaved, on a server that is not the
 * bottleneck: client CPU per request and requests a second as ratios, with 95 % intervals. Start-up is counted
 * for all three. wrk is skipped, with a message, where it is not installed (apt install wrk).
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { benchCommand, wholeFrom } from '../command.ts';
import { runMeasured, startServer } from './processes.ts';
import { median, ratioText } from './ratios.ts';

const flags = benchCommand({
  file: 'bench/load/tools.ts',
  measures:
    'Client CPU per request and requests a second of `cowpath load` as ratios to wrk and autocannon, with 95 % intervals; start-up counted for all.',
  takes: 'Takes five to six minutes.',
  examples: ['node bench/load/tools.ts', 'node bench/load/tools.ts --rounds 2 --seconds 1   # a short look'],
})
  .option('--rounds <number>', 'interleaved rounds', wholeFrom(1, 10_000), 10)
  // autocannon and wrk know whole seconds only.
  .option('--seconds <number>', 'of each tool in each round', wholeFrom(1, 3_600), 10)
  .option('--connections <number>', 'requests kept in flight', wholeFrom(1, 10_000), 10)
  .parse()
  .opts<{ rounds: number; seconds: number; connections: number }>();
const seconds = String(flags.seconds);
const connections = String(flags.connections);
const { port, child } = await startServer('server.ts');
const url = `http://127.0.0.1:${port}/`;
const lab = join(import.meta.dirname, '../../packages/lab/test/programs/lab.ts');
const autocannon = createRequire(import.meta.url).resolve('autocannon');

interface Tool {
  readonly command: readonly string[];
  readonly requests: (stdout: string) => number;
}

const TOOLS: Record<string, Tool> = {
  cowpath: {
    command: [
      process.execPath,
      '--conditions=@cowpath/source',
      lab,
      'load',
      url,
      '--in-flight',
      connections,
      '--time',
      `${seconds}s`,
      '--json',
    ],
    requests: (stdout) => JSON.parse(stdout).requests.answered,
  },
  autocannon: {
    command: [process.execPath, autocannon, '-c', connections, '-d', seconds, '--json', url],
    requests: (stdout) => JSON.parse(stdout)['2xx'],
  },
  wrk: {
    command: ['wrk', '-t', '1', '-c', connections, '-d', `${seconds}s`, url],
    requests: (stdout) => Number(/(\d+) requests in/.exec(stdout)?.[1]),
  },
};
if (spawnSync('wrk', ['--version']).error) {
  console.log('wrk is not installed (apt install wrk): left out');
  delete TOOLS.wrk;
}

const cpu: Record<string, number[]> = {};
const rate: Record<string, number[]> = {};
try {
  const names = Object.keys(TOOLS);
  for (let round = 0; round < flags.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { command, requests } = TOOLS[name]!;
      const { stdout, cpu_us } = await runMeasured(command);
      const count = requests(stdout);
      cpu[name] = [...(cpu[name] ?? []), cpu_us / count];
      rate[name] = [...(rate[name] ?? []), count / Number(seconds)];
    }
  }
} finally {
  child.kill();
}
console.log(
  `${flags.rounds} rounds of ${seconds} s, ${connections} connections; cowpath's figures as ratios to each`,
);
for (const name of Object.keys(TOOLS).filter((tool) => tool !== 'cowpath')) {
  console.log(
    `to ${name.padEnd(11)} CPU per request ${ratioText(cpu.cowpath!, cpu[name]!)}  requests/s ${ratioText(rate.cowpath!, rate[name]!)}`,
  );
}
for (const name of Object.keys(TOOLS))
  console.log(
    `${name.padEnd(14)} median ${median(cpu[name]!).toFixed(1)} us of CPU a request, ${Math.round(median(rate[name]!))} requests/s`,
  );
