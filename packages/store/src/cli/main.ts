#!/usr/bin/env node
import { Command } from 'commander';
import { StoreError } from '../errors.ts';
import { addLayout } from './layout.ts';
import { addMigrate } from './migrate.ts';

const program = new Command('cowpath-store')
  .description('tends a Cowpath store: its layout, and moves to another layout or engine')
  .showSuggestionAfterError()
  .showHelpAfterError('(cowpath-store --help shows what there is)')
  .addHelpText(
    'after',
    `
Examples:
  cowpath-store layout show --store books.db
  cowpath-store layout plan books.layout --store books.db
  cowpath-store migrate --store books.db --to postgres://app@db/books`,
  );
addLayout(program);
addMigrate(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  process.stderr.write(`cowpath-store: ${error.message} [${error.code}]\n`);
  process.exitCode = 1;
}
