/**
 * Chooses the HTTP client: our own on sockets, undici's dispatch, node:http and autocannon's, closed loop,
 * each in a process of its own, interleaved, against a server that is not the bottleneck.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { benchCommand, numberFrom, wholeFrom } from '../command.ts';
import { nodeArgs, startServer } from './processes.ts';
import { median, ratioText } from './ratios.ts';

const flags = benchCommand({
  file: 'bench/load/clients.ts',
  measures:
    "Client CPU per request and requests a second of our own HTTP client, undici's dispatch and node:http, as ratios to autocannon's, with 95 % intervals.",
  takes: 'Takes three to four minutes.',
  examples: [
    'node bench/load/clients.ts',
    'node bench/load/clients.ts --rounds 2 --seconds 1   # a short look',
  ],
})
  .option('--rounds <number>', 'interleaved rounds', wholeFrom(1, 10_000), 10)
  .option('--seconds <number>', 'of each client in each round', numberFrom(0.1, 3_600), 3)
  .option('--connections <number>', 'requests kept in flight', wholeFrom(1, 10_000), 10)
  .parse()
  .opts<{ rounds: number; seconds: number; connections: number }>();
const NAMES = ['sockets', 'undici', 'node-http', 'autocannon'];
const cpu: Record<string, number[]> = {};
const rate: Record<string, number[]> = {};
const { port, child } = await startServer('server.ts');
try {
  for (let round = 0; round < flags.rounds; round++) {
    // Every second round the other way round, so that no candidate always follows the same one.
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      const args = nodeArgs(
        'client-candidate.ts',
        name,
        String(port),
        String(flags.connections),
        String(flags.seconds),
      );
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { requests, seconds, cpu_us } = JSON.parse(stdout);
      cpu[name] = [...(cpu[name] ?? []), cpu_us / requests];
      rate[name] = [...(rate[name] ?? []), requests / seconds];
    }
  }
} finally {
  child.kill();
}
console.log(
  `${flags.rounds} rounds of ${flags.seconds} s, ${flags.connections} connections; ratios to autocannon`,
);
for (const name of NAMES) {
  const [cpuRatio, rateRatio] = [
    ratioText(cpu[name]!, cpu.autocannon!),
    ratioText(rate[name]!, rate.autocannon!),
  ];
  console.log(
    `${name.padEnd(11)} CPU per request ${cpuRatio.padEnd(22)} (median ${median(cpu[name]!).toFixed(1)} us)  requests/s ${rateRatio}`,
  );
}
