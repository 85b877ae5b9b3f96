/**
 * How late the sends of a replayed log are: the real access log (../shared/data) at several factors, silences
 * cut to 20 s, against a server that is not the bottleneck. A factor is achievable when p50 is at most 2 ms.
 */
import { join } from 'node:path';
import { replay } from '../../packages/lab/src/index.ts';
import { benchCommand, listOf, numberFrom } from '../command.ts';
import { startServer } from './processes.ts';

const LOG = join(import.meta.dirname, '../../../shared/data/access-log/apache-combined-10k.log.gz');
const flags = benchCommand({
  file: 'bench/load/lateness.ts',
  measures:
    'How late the sends of a replayed log are, and the CPU it takes, at several factors and with both timers.',
  takes: 'Takes a minute and a half: at most the seconds for each factor and timer.',
  examples: [
    'node bench/load/lateness.ts',
    'node bench/load/lateness.ts --factors 50 --seconds 5 --log access.log.gz',
  ],
})
  .option('--factors <numbers>', 'times the recorded pace', listOf(numberFrom(0.001, 1e9)), [20, 200, 2_000])
  .option('--seconds <number>', 'of each at most', numberFrom(0.1, 3_600), 20)
  .option('--log <file>', 'what is replayed', LOG)
  .parse()
  .opts<{ factors: number[]; seconds: number; log: string }>();
const { port, child } = await startServer('server.ts');
try {
  for (const timer of ['precise', 'coarse'] as const) {
    for (const factor of flags.factors) {
      const cpuFrom = process.cpuUsage();
      const { result } = await replay(flags.log, {
        target: `http://127.0.0.1:${port}`,
        pace: factor,
        gap_s_max: 20,
        time_s_max: flags.seconds,
        timer,
        only: ['GET'],
      });
      const cpu = process.cpuUsage(cpuFrom);
      const { p50, p99, max } = result.lateness_ms!;
      const busy = ((cpu.user + cpu.system) / 1e6 / result.elapsed_s) * 100;
      console.log(
        `${timer.padEnd(8)} x${String(factor).padEnd(6)} ${result.requests.sent} sent in ${result.elapsed_s.toFixed(1)} s (${result.throughput_rps.toFixed(0)}/s), late by p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, max ${max.toFixed(1)} ms; ${busy.toFixed(0)} % of a core`,
      );
    }
  }
} finally {
  child.kill();
}
