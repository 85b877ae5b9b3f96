#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { addLoadCommand, addProveCommand, addReplayCommand } from '@cowpath/lab/cli';
import { Command, CommanderError } from 'commander';
import { addRecordCommand } from './record.ts';
import { addReportCommand } from './report.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('cowpath')
  .description(
    'Records the paths a program takes through its data, and shows which are worn and what they cost.',
  )
  .version(version)
  .showHelpAfterError('(--help after the command shows what there is)')
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ cowpath record -- node app.js     run the program and record it
  $ cowpath report                    what it did, and what is worn`,
  );

addRecordCommand(program);
addReportCommand(program);
addReplayCommand(program);
addLoadCommand(program);
addProveCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { code, message, exitCode } = error as Error & { code?: string; exitCode?: number };
    process.stderr.write(`cowpath: ${code ? `${code}: ` : ''}${message}\n`);
    process.exitCode = exitCode ?? 1;
  }
}
