import type { Command } from 'commander';
import { replay } from '../run/replay.ts';
import { list, pace, seconds, whole } from './options.ts';
import { runAndPrint } from './run-command.ts';

interface ReplayFlags {
  readonly target: string;
  readonly pace: number | 'max';
  readonly inFlight: number;
  readonly repeat?: boolean;
  readonly time?: number;
  readonly requests?: number;
  readonly only?: string[];
  readonly except?: string[];
  readonly unsafe?: boolean;
  readonly host?: string;
  readonly rules?: string;
  readonly route?: string[];
  readonly maxGap?: number;
  readonly format?: string;
  readonly timeout: number;
  readonly wait: number;
  readonly connections: number;
  readonly timer: string;
  readonly insecure?: boolean;
  readonly hdrLog?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ cowpath replay access.log.gz --target http://localhost:3000
  $ cowpath replay access.log.gz --target localhost:3000 --pace 20 --max-gap 10s --time 1m
  $ cowpath replay access.log.gz --target localhost:3000 --pace max --in-flight 8
  $ cowpath replay capture.jsonl --target localhost:3000 --rules sessions.json --only 'GET /account/*'

At a pace, requests are sent at their recorded times whatever becomes of the others, and latency counts from
when each should have been sent. At "max", a fixed number is kept in flight, and what is timed is called
service time: a stall holds back the requests that would have seen it. --pace max with one in flight sends
the log one request after another.
`;

/** Adds `cowpath replay`. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .summary('send the requests of a log to a server, at their pace or as fast as it answers')
    .description(
      'Sends the requests of a log (Common or Combined Log Format, JSON lines, HAR, or a capture; gzipped or not, - for standard input) to a server.',
    )
    .argument('<log>', 'the log')
    .requiredOption('-t, --target <url>', 'where to send them')
    .option('-p, --pace <factor>', 'times the recorded pace, or "max"', pace, 1)
    .option('-n, --in-flight <number>', 'requests kept in flight at pace max', whole, 1)
    .option('--repeat', 'at pace max, start again at the end of the log (needs --time)')
    .option('--time <time>', 'stop sending after this', seconds)
    .option('--requests <number>', 'send at most so many', whole)
    .option('--only <pattern>', "send only what fits, such as 'GET /books/*' (repeatable)", list)
    .option('--except <pattern>', 'leave out what fits (repeatable)', list)
    .option('--unsafe', 'send methods that may change data too (POST, PUT, DELETE …)')
    .option('--host <name>', 'the Host header: a name, or "recorded"; default the target')
    .option('--rules <file>', 'headers to set or remove: cookies, tokens')
    .option('--route <pattern>', "report what fits as one route, such as '/assets/*' (repeatable)", list)
    .option('--max-gap <time>', 'cut longer silences in the log to this, before the factor', seconds)
    .option('--format <name>', 'the format of the log: clf, json-lines, har, capture; default: found out')
    .option('--timeout <time>', 'for one answer', seconds, 30)
    .option('--wait <time>', 'for the server to come up', seconds, 10)
    .option('--connections <number>', 'most connections at a pace', whole, 1000)
    .option('--timer <kind>', '"precise", or "coarse" to send up to 1.5 ms late and save CPU', 'precise')
    .option('--insecure', 'accept any TLS certificate')
    .option('--hdr-log <file>', 'write an HdrHistogram interval log')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (log: string, flags: ReplayFlags) => {
      await runAndPrint(flags.json ?? false, (controls) =>
        replay(log, {
          target: flags.target,
          pace: flags.pace,
          in_flight: flags.inFlight,
          repeat: flags.repeat ?? false,
          time_s_max: flags.time,
          requests: flags.requests,
          only: flags.only,
          except: flags.except ?? [],
          unsafe: flags.unsafe ?? false,
          host: flags.host,
          rules: flags.rules,
          routes: flags.route ?? [],
          gap_s_max: flags.maxGap,
          format: flags.format,
          timeout_ms: flags.timeout * 1000,
          wait_s: flags.wait,
          connections_max: flags.connections,
          timer: flags.timer as 'precise',
          insecure: flags.insecure ?? false,
          hdr_log: flags.hdrLog,
          ...controls,
        }),
      );
    });
}
