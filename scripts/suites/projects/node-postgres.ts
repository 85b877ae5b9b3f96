import { chmodSync, chownSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Suite, SuiteDatabase } from '../suite.ts';

const SCRAM = { user: 'scram_test', password: 'test4scram' };
/** Its SASLprep form differs from itself; the server is given that form. */
const SCRAM_UNICODE = { user: 'scram_unicode_test', password: 'IX-\u2168' };

const mocha = (folder: string, asks: boolean, ...args: string[]): Suite['parts'][number] => ({
  name: folder,
  folder: `packages/${folder}`,
  runner: { kind: 'mocha', args },
  asks,
});

/** node-postgres: the driver, its pool, cursors and streams, and what they are made of. */
export const nodePostgres: Suite = {
  name: 'pg',
  title: 'node-postgres',
  repository: 'brianc/node-postgres',
  manifest: 'packages/pg/package.json',
  ready: ['node_modules/.bin/mocha', 'packages/pg-protocol/dist/index.js'],
  database: { name: 'ci_db_test', user: 'postgres', password: 'postgres' },
  parts: [
    {
      name: 'pg, unit',
      folder: 'packages/pg',
      runner: { kind: 'files', folders: ['test/unit'], ending: '-tests.js', args: ['postgres://'] },
      asks: false,
    },
    {
      name: 'pg, integration',
      folder: 'packages/pg',
      runner: { kind: 'files', folders: ['test/integration'], ending: '-tests.js', args: ['postgres://'] },
      asks: true,
    },
    mocha('pg-pool', true),
    mocha('pg-cursor', true),
    mocha('pg-query-stream', true, '-r', 'ts-node/register', 'test/**/*.ts'),
    mocha('pg-protocol', false, 'dist/**/*.test.js'),
    mocha('pg-connection-string', false),
  ],
  async prepare(source, database) {
    const { client } = database;
    await client.query("SET password_encryption = 'scram-sha-256'");
    await client.query(`CREATE ROLE ${SCRAM.user} LOGIN PASSWORD '${SCRAM.password}'`);
    await client.query(
      `CREATE ROLE ${SCRAM_UNICODE.user} LOGIN PASSWORD '${SCRAM_UNICODE.password.normalize('NFKC')}'`,
    );
    await serveAsItsOwn(join(source, 'packages/pg/test/tls'), client);
    // Its own Makefile does this first: the file is ignored when others may read it.
    chmodSync(join(source, 'packages/pg/test/unit/client/pgpass.file'), 0o600);
    return environment(database);
  },
};

/** Has the server speak TLS and ask for SCRAM, as the one that its own tests run against does. */
async function serveAsItsOwn(certificates: string, client: Client): Promise<void> {
  const { rows } = await client.query<{ data: string; hba: string }>(
    "SELECT current_setting('data_directory') AS data, current_setting('hba_file') AS hba",
  );
  const { data, hba } = rows[0]!;
  const { uid, gid } = statSync(hba);
  for (const [from, to] of [
    ['test-server.crt', 'server.crt'],
    ['test-server.key', 'server.key'],
  ] as const) {
    const file = join(data, to);
    copyFileSync(join(certificates, from), file);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
  writeFileSync(hba, readFileSync(hba, 'utf8').replaceAll(/\bpassword$/gm, 'scram-sha-256'));
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.query('SELECT pg_reload_conf()');
  while ((await client.query<{ ssl: string }>('SHOW ssl')).rows[0]!.ssl !== 'on') {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function environment({ port, user, password, database }: SuiteDatabase): Record<string, string> {
  return {
    PGHOST: 'localhost',
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGTESTNOSSL: 'true',
    SCRAM_TEST_PGUSER: SCRAM.user,
    SCRAM_TEST_PGPASSWORD: SCRAM.password,
    SCRAM_TEST_PGUSER_UNICODE: SCRAM_UNICODE.user,
    SCRAM_TEST_PGPASSWORD_UNICODE: SCRAM_UNICODE.password,
  };
}
