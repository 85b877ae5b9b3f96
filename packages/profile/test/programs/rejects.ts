/** Rejects, with and without a context, handled or not: run by the tests, which look at how it ends. */
import { context } from '../../src/index.ts';

const fails = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error('nobody catches this');
};

const kind = process.argv[2];
if (kind === 'bare') fails();
else if (kind === 'context') context('job', fails);
else if (kind === 'caught') context('job', fails).catch(() => {});
