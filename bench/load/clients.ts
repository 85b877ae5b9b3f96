/**
 * Chooses the HTTP client: our own on sockets, undici's dispatch, node:http and autocannon's, closed loop,
 * each in a process of its own, interleaved, against a server that is not the bottleneck.
 *
 *   node bench/load/clients.ts [--rounds 10] [--seconds 3] [--connections 10]
 *
 * Prints client CPU per request and requests a second as ratios to autocannon's, with 95 % intervals. Takes
 * three to four minutes as it is.
 */
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { nodeArgs, startServer } from './processes.ts';
import { median, ratioText } from './ratios.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
  },
});
const NAMES = ['sockets', 'undici', 'node-http', 'autocannon'];
const cpu: Record<string, number[]> = {};
const rate: Record<string, number[]> = {};
const { port, child } = await startServer('server.ts');
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    // Every second round the other way round, so that no candidate always follows the same one.
    for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      const args = nodeArgs('client-candidate.ts', name, String(port), values.connections, values.seconds);
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
  `${values.rounds} rounds of ${values.seconds} s, ${values.connections} connections; ratios to autocannon`,
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
