import { type Command, InvalidArgumentError } from 'commander';
import { KvClient } from '../client/client.ts';

const EXAMPLES = `
The exit code is 0 when the service is well, 3 when it is read-only or stopping, 2 when it cannot be reached.

Examples:
  $ cowpath-kv status
  $ cowpath-kv status http://127.0.0.1:9000 --json`;

function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:8080.');
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('ask a running service how it is')
    .argument('[url]', 'where it listens', address, 'http://127.0.0.1:8080')
    .option('--json', 'print the answer as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, flags: { json: boolean }) => {
      const client = new KvClient(url);
      try {
        const status = await client.status();
        console.log(
          flags.json
            ? JSON.stringify(status)
            : `${status.status}: ${status.engine}, up ${status.uptime_s} s${status.reason ? `; ${status.reason}` : ''}`,
        );
        if (status.status !== 'ok') process.exitCode = 3;
      } finally {
        await client.close();
      }
    });
}
