import type { Command } from 'commander';
import type { SqlEngine } from '../engines/sql/engine.ts';
import { run } from '../engines/sql/fragment.ts';
import { migrateLayout } from '../migrate/index.ts';
import { print, printJson, runMigration, table } from './output.ts';
import { readLayout, withEngine } from './store.ts';

interface Options {
  readonly store: string;
  readonly json?: boolean;
}

export function addLayout(program: Command): void {
  const layout = program
    .command('layout')
    .description('show, plan and change the tables that a store keeps its values in');
  layout
    .command('show')
    .description('print the layout in use and its tables')
    .requiredOption('--store <location>', 'a SQLite file, or postgres://…?schema=…')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cowpath-store layout show --store books.db')
    .action((options: Options) => withEngine(options.store, (engine) => show(engine, options)));
  layout
    .command('plan')
    .description('print what a layout file would change, and change nothing')
    .argument('<file>', 'a layout file')
    .requiredOption('--store <location>', 'a SQLite file, or postgres://…?schema=…')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cowpath-store layout plan books.layout --store books.db')
    .action((file: string, options: Options) =>
      withEngine(options.store, (engine) => plan(engine, file, options)),
    );
  layout
    .command('apply')
    .description('move the store to the layout of a file, while it is in use')
    .argument('<file>', 'a layout file')
    .requiredOption('--store <location>', 'a SQLite file, or postgres://…?schema=…')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nInterrupted, the same command goes on.\n\nExample:\n  cowpath-store layout apply books.layout --store books.db',
    )
    .action((file: string, options: Options) =>
      withEngine(options.store, async (engine) => {
        const to = await readLayout(file);
        await runMigration(options, (given) => migrateLayout(engine, to, given));
      }),
    );
}

async function show(engine: SqlEngine, { json }: Options): Promise<void> {
  const { core } = engine;
  const rows: [string, number][] = [];
  for (const { bare, name } of [core.system.thing, core.system.version, ...core.contents.tables]) {
    const [row] = await engine.query(() => run(`select count(*) as n from ${name}`));
    rows.push([bare, Number(row!.n)]);
  }
  const { migration } = core.state;
  if (json) {
    printJson({
      layout: engine.layout,
      tables: Object.fromEntries(rows),
      migration,
      epoch: core.state.epoch,
    });
    return;
  }
  print(engine.layout!);
  print(table([['table', 'rows'], ...rows.map(([name, n]) => [name, String(n)])]));
  if (migration !== null) print(`\nA migration was begun and not ended: ${JSON.stringify(migration)}`);
}

async function plan(engine: SqlEngine, file: string, { json }: Options): Promise<void> {
  const to = await readLayout(file);
  const { core } = engine;
  const { current } = core.state;
  const number = core.state.generations + 1;
  const data = to.kind === 'existing' ? null : (current.data ?? `data_g${number}`);
  const next = core.contentsOf({ number, layout: to.text, data });
  const same = to.text === current.layout;
  const create = same ? [] : next.tables.flatMap((it) => it.ddl());
  const drop = same ? [] : core.contents.tables.map(({ bare }) => bare);
  if (!same && current.data !== null && data === null) drop.push(current.data);
  if (json) {
    printJson({ changes: !same, layout: to.text, create, drop });
    return;
  }
  if (same) {
    print('The store has this layout; nothing would change.');
    return;
  }
  print(`${to.text}\nWould make:\n${create.map((it) => `  ${it};`).join('\n')}`);
  print(`\nWould drop, once all is copied and verified:\n${drop.map((it) => `  ${it}`).join('\n')}`);
}
