/**
 * Makes Prisma's client from `schema.prisma`, in `generated/`, which is not committed: `npm ci` runs this
 * (the root package's `prepare`), and the tests again, in case the schema has changed since.
 */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCHEMA = join(import.meta.dirname, 'schema.prisma');
/** A copy of the schema, so that it is seen when it has changed. */
const MADE_FROM = join(import.meta.dirname, 'generated/schema.prisma');

export async function generatePrismaClient(): Promise<void> {
  if (contents(MADE_FROM) === contents(SCHEMA)) return;
  const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
  const cli = join(manifest, '..', 'build/index.js');
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', SCHEMA], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      // It downloads its schema engine unless it is told where one is, and has no use for it here.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  });
  cpSync(SCHEMA, MADE_FROM);
}

function contents(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (import.meta.main) await generatePrismaClient();
