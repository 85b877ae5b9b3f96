/**
 * How late the sends of a replayed log are: the real access log (../shared/data) at several factors, silences
 * cut to 20 s, against a server that is not the bottleneck. A factor is achievable when p50 is at most 2 ms. Takes
 * about two minutes as it is.
 *
 *   node bench/load/lateness.ts [--factors 20,200,2000] [--seconds 20] [--log FILE]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { replay } from '../../packages/lab/src/index.ts';
import { startServer } from './processes.ts';

const { values } = parseArgs({
  options: {
    factors: { type: 'string', default: '20,200,2000' },
    seconds: { type: 'string', default: '20' },
    log: {
      type: 'string',
      default: join(import.meta.dirname, '../../../shared/data/access-log/apache-combined-10k.log.gz'),
    },
  },
});
const { port, child } = await startServer('server.ts');
try {
  for (const timer of ['precise', 'coarse'] as const) {
    for (const factor of values.factors.split(',').map(Number)) {
      const cpuFrom = process.cpuUsage();
      const { result } = await replay(values.log, {
        target: `http://127.0.0.1:${port}`,
        pace: factor,
        gap_s_max: 20,
        time_s_max: Number(values.seconds),
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
