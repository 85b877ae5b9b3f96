import { Command } from 'commander';
import { KvError } from '../contract/errors.ts';
import { addCompact } from './compact.ts';
import { addServe } from './serve.ts';
import { addStatus } from './status.ts';

/** Runs the command line of this process. Sets its exit code, never throws. */
export async function run(): Promise<void> {
  const program = new Command('cowpath-kv')
    .description('An ordered key-value service over HTTP: one node on LevelDB, with stated durability.')
    .version('0.1.0')
    .showHelpAfterError()
    .showSuggestionAfterError();

  addServe(program);
  addCompact(program);
  addStatus(program);

  try {
    await program.parseAsync();
  } catch (error) {
    const known = error instanceof KvError || (error instanceof TypeError && 'code' in error);
    const code = (error as { code?: string }).code;
    console.error(known ? `cowpath-kv: ${(error as Error).message} [${code}]` : error);
    process.exitCode = known ? 2 : 1;
  }
}
