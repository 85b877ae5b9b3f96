import { access, readFile } from 'node:fs/promises';
import { engineAt } from '../engines/location.ts';
import type { SqlEngine } from '../engines/sql/engine.ts';
import { StoreError } from '../errors.ts';
import { type Layout, parseLayout } from '../layout/layout.ts';

export async function readLayout(file: string): Promise<Layout> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new StoreError(
      'STORE_BAD_OPTION',
      `cannot read the layout file ${file}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  return parseLayout(text, { file });
}

export async function withEngine(
  location: string,
  work: (engine: SqlEngine) => Promise<void>,
): Promise<void> {
  const engine = await existing(location);
  await engine.open();
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
}

/** A command about a store must not make one out of a misspelt path. */
async function existing(location: string): Promise<SqlEngine> {
  if (!/^postgres(ql)?:/.test(location)) {
    const file = location.replace(/^sqlite:/, '');
    await access(file).catch((error: NodeJS.ErrnoException) => {
      throw new StoreError('STORE_NOT_FOUND', `there is no store at ${file} (${error.code})`, {
        cause: error,
      });
    });
  }
  return engineAt(location);
}
