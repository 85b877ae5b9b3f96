import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from '../suite.ts';

/** TypeORM: all of its tests, on Postgres. */
export const typeorm: Suite = {
  name: 'typeorm',
  title: 'TypeORM',
  repository: 'typeorm/typeorm',
  manifest: 'package.json',
  ready: ['node_modules/mocha/bin/mocha.js', 'build/compiled/test/utils/test-setup.js'],
  database: { name: 'typeorm', user: 'username', password: 'password' },
  parts: [{ name: 'all', folder: '.', runner: { kind: 'mocha', args: [] }, asks: true }],
  async prepare(source, { host, port, user, password, database }) {
    const config = { skip: false, type: 'postgres', host, port, username: user, password, database };
    // Where its tests look first: beside what was compiled, so that the checkout stays as it is.
    writeFileSync(join(source, 'build/compiled/ormconfig.json'), JSON.stringify([config]));
    return {};
  },
};
