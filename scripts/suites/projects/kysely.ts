import type { Suite } from '../suite.ts';

/** Kysely: all of its tests on Node, for the dialects `postgres` and none other. */
export const kysely: Suite = {
  name: 'kysely',
  title: 'Kysely',
  repository: 'kysely-org/kysely',
  manifest: 'package.json',
  ready: ['node_modules/mocha/bin/mocha.js', 'dist/index.js', 'test/node/dist/test-setup.js'],
  // Written in its test-setup.ts.
  database: { name: 'kysely_test', user: 'kysely', password: 'kysely', port: 5434 },
  parts: [
    {
      name: 'node',
      folder: '.',
      runner: { kind: 'mocha', args: ['--timeout', '15000', 'test/node/dist/**/*.test.js'] },
      asks: true,
    },
  ],
  prepare: async () => ({ DIALECTS: 'postgres' }),
};
