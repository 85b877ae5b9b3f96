/**
 * Writes the figures of docs/reference/suites.md from what `scripts/suites.ts --json` found.
 *
 *     node scripts/suites-page.ts pg24.json pg22.json kysely.json sabotages.json
 *
 * Reports of one suite on one Node are shown as one, in the order given; of a part in several the last counts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { figures } from './suites/page.ts';
import type { SabotagesReport, SuiteReport } from './suites/report.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'reference', 'suites.md');
const MARK = '<!-- made by scripts/suites-page.ts -->';

const command: Command = new Command('suites-page')
  .description('Writes the figures of docs/reference/suites.md from the JSON of scripts/suites.ts.')
  .argument('<json...>', 'what --json wrote, with and without --sabotage')
  .addHelpText(
    'after',
    '\nExample:\n  $ node scripts/suites-page.ts pg24.json pg22.json kysely.json sabotages.json',
  )
  .action((files: readonly string[]) => {
    const reports = files.map(reportIn);
    const [before, after] = readFileSync(PAGE, 'utf8').split(MARK);
    if (after === undefined)
      command.error(`error: ${PAGE} has no line "${MARK}": the figures stand below it.`);
    writeFileSync(PAGE, `${before}${MARK}\n\n${figures(reports)}\n`);
  });
command.parse();

function reportIn(file: string): SuiteReport | SabotagesReport {
  let report: Partial<SuiteReport & SabotagesReport>;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    command.error(`error: ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!report.suite || !(report.parts ?? report.sabotaged)) {
    command.error(`error: ${file} is not what scripts/suites.ts --json writes.`);
  }
  return report as SuiteReport | SabotagesReport;
}
