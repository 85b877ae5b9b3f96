import { defineConfig } from 'vitest/config';

const conditions = ['@cowpath/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@cowpath/source', 'node'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    reporters: ['default', './scripts/summary-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Packages import each other's sources, in the test process and in the programs it starts.
    execArgv: ['--conditions=@cowpath/source'],
  },
});
