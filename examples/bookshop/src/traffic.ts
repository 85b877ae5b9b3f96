/** Sends the demo's requests to a bookshop that is open. */
import { parseArgs } from 'node:util';
import { makeBookshop } from './data/bookshop.ts';
import { showProgress } from './progress.ts';
import { demoRequests } from './traffic/requests.ts';
import { sendRequests } from './traffic/send.ts';

const USAGE = `Usage: node src/traffic.ts [--url URL] [--concurrency N]

Sends the demo's requests, always the same ones, to a bookshop that was loaded anew.

  --url URL          where it is open (default http://127.0.0.1:3000)
  --concurrency N    requests in flight at once, 1 to 64 (default 2)

Example: node src/traffic.ts --url http://127.0.0.1:8080`;

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments(): { url: string; concurrency: number } {
  const options = {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    concurrency: { type: 'string', default: '2' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const concurrency = Number(values.concurrency);
    if (!URL.canParse(values.url))
      fail(`--url is ${values.url}; expected a URL such as http://127.0.0.1:3000.`);
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
      fail(`--concurrency is ${values.concurrency}; expected a whole number from 1 to 64.`);
    }
    return { url: values.url, concurrency };
  } catch (error) {
    fail(`${(error as Error).message}\n\n${USAGE}`);
  }
}

const { url, concurrency } = readArguments();
const requests = demoRequests(makeBookshop());
const startedMs = performance.now();
try {
  await sendRequests(url, requests, { concurrency, onProgress: showProgress('requests answered') });
} catch (error) {
  const { message, cause } = error as Error;
  fail(cause instanceof Error ? `${message} (${url}): ${cause.message}` : message);
}
console.error(`${requests.length} requests in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
