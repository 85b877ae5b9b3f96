import type { Suite } from '../suite.ts';

/** Objection: all of its tests, the integration tests on Postgres. */
export const objection: Suite = {
  name: 'objection',
  title: 'Objection',
  repository: 'Vincit/objection.js',
  manifest: 'package.json',
  ready: ['node_modules/mocha/bin/mocha.js'],
  database: { name: 'objection_test', user: 'objection', password: 'objection' },
  parts: [
    {
      name: 'all',
      folder: '.',
      runner: {
        kind: 'mocha',
        args: [
          ...['--timeout', '15000', '--recursive', 'tests'],
          ...['--exclude', 'tests/unit/relations/files/**'],
        ],
      },
      asks: true,
    },
  ],
  // It names host, user and database, and leaves the rest to the environment.
  prepare: async (_source, { port, password }) => ({
    DATABASES: 'postgres',
    PGPORT: String(port),
    PGPASSWORD: password,
  }),
};
