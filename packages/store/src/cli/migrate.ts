import type { Command } from 'commander';
import { engineAt } from '../engines/location.ts';
import { StoreError } from '../errors.ts';
import { parseLayout } from '../layout/layout.ts';
import { abortMigration, migrateEngine, migrateLayout } from '../migrate/index.ts';
import { print, runMigration } from './output.ts';
import { readLayout, withEngine } from './store.ts';

interface Options {
  readonly store: string;
  readonly to?: string;
  readonly layout?: string;
  readonly abort?: boolean;
  readonly json?: boolean;
}

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('move a store to another layout or another engine, while it is in use')
    .requiredOption('--store <location>', 'the store: a SQLite file, or postgres://…?schema=…')
    .option('--to <location>', 'where to: another SQLite file or Postgres schema, empty')
    .option('--layout <file>', 'the layout to move to (with --to, the layout there)')
    .option('--abort', 'give up a migration that was begun')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The copy is verified before anything is switched. Interrupted, the same command goes on.

Examples:
  cowpath-store migrate --store books.db --layout books.layout
  cowpath-store migrate --store books.db --to postgres://app@db/books?schema=cowpath
  cowpath-store migrate --store books.db --abort`,
    )
    .action((options: Options) => withEngine(options.store, (source) => migrate(source, options)));
}

async function migrate(source: ReturnType<typeof engineAt>, options: Options): Promise<void> {
  const { to, layout: file, abort } = options;
  if (abort) {
    await abortMigration(source);
    print('aborted; the store is as it was');
    return;
  }
  if (to === undefined && file === undefined) {
    throw new StoreError('STORE_BAD_OPTION', 'migrate: say where to: --layout FILE, --to LOCATION, or both');
  }
  const layout = file === undefined ? parseLayout(source.layout!) : await readLayout(file);
  if (to === undefined) {
    await runMigration(options, (given) => migrateLayout(source, layout, given));
    return;
  }
  const target = engineAt(to, { layout, receiving: true });
  await target.open();
  try {
    await runMigration(options, (given) => migrateEngine(source, target, given));
  } finally {
    await target.close();
  }
}
