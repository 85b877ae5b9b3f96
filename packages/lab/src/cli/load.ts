import type { Command } from 'commander';
import { load } from '../run/load.ts';
import { header, positive, seconds, whole } from './options.ts';
import { runAndPrint } from './run-command.ts';

interface LoadFlags {
  readonly rate?: number;
  readonly inFlight: number;
  readonly time?: number;
  readonly requests?: number;
  readonly method: string;
  readonly header?: Record<string, string>;
  readonly body?: string;
  readonly unsafe?: boolean;
  readonly timeout: number;
  readonly wait: number;
  readonly insecure?: boolean;
  readonly hdrLog?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ cowpath load localhost:3000/books                       10 in flight for 10 s, service times
  $ cowpath load localhost:3000/books --rate 200 --time 1m  200 a second, latency from the intended start
  $ cowpath load localhost:3000/cart --method POST --unsafe --header 'content-type: application/json' --body '{}'
`;

/** Adds `cowpath load`. */
export function addLoadCommand(program: Command): void {
  program
    .command('load')
    .summary('send one request over and over')
    .description('Sends one request over and over: a number kept in flight, or at a fixed rate.')
    .argument('<url>', 'what to ask for')
    .option(
      '-r, --rate <number>',
      'requests a second, evenly; without it a number is kept in flight',
      positive,
    )
    .option('-n, --in-flight <number>', 'requests kept in flight', whole, 10)
    .option('--time <time>', 'stop sending after this (default: 10s, unless --requests is given)', seconds)
    .option('--requests <number>', 'send so many', whole)
    .option('-X, --method <method>', 'the method', 'GET')
    .option('-H, --header <header>', '"name: value" (repeatable)', header)
    .option('--body <text>', 'the body')
    .option('--unsafe', 'allow a method that may change data')
    .option('--timeout <time>', 'for one answer', seconds, 30)
    .option('--wait <time>', 'for the server to come up', seconds, 10)
    .option('--insecure', 'accept any TLS certificate')
    .option('--hdr-log <file>', 'write an HdrHistogram interval log')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, flags: LoadFlags) => {
      await runAndPrint(flags.json ?? false, (controls) =>
        load(url, {
          rate: flags.rate,
          in_flight: flags.inFlight,
          time_s_max: flags.time,
          requests: flags.requests,
          method: flags.method,
          headers: flags.header ?? {},
          body: flags.body,
          unsafe: flags.unsafe ?? false,
          timeout_ms: flags.timeout * 1000,
          wait_s: flags.wait,
          insecure: flags.insecure ?? false,
          hdr_log: flags.hdrLog,
          ...controls,
        }),
      );
    });
}
