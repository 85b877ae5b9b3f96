import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from '../suite.ts';

/** Knex: its integration tests on Postgres. */
export const knex: Suite = {
  name: 'knex',
  title: 'Knex',
  repository: 'knex/knex',
  manifest: 'package.json',
  ready: ['node_modules/mocha/bin/mocha.js'],
  database: { name: 'knex_test', user: 'testuser', password: 'knextest' },
  parts: [
    {
      name: 'integration',
      folder: '.',
      runner: {
        kind: 'mocha',
        args: ['--exit', '-t', '10000', '--config', 'test/mocha-integration-config-test.js'],
      },
      asks: true,
    },
  ],
  async prepare(_source, { host, port, user, password, database }, scratch) {
    const config = join(scratch, 'knex.json');
    writeFileSync(config, JSON.stringify({ postgres: { host, port, user, password, database } }));
    return { DB: 'postgres', KNEX_TEST: config };
  },
};
