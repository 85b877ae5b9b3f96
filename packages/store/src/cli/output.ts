import type { MigrateOptions, MigrationReport, Progress } from '../migrate/index.ts';

/** One live line on a terminal; a line for every tenth elsewhere, so that logs stay short. */
function progressLine(stream: NodeJS.WriteStream): { show(progress: Progress): void; end(): void } {
  let last = '';
  return {
    show({ phase, done, total }) {
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      if (stream.isTTY) {
        stream.write(`\r\u001b[2K${phase} ${done} of ${total} (${percent} %)`);
        return;
      }
      const line = `${phase} ${Math.floor(percent / 10) * 10} %`;
      if (line !== last) stream.write(`${line}\n`);
      last = line;
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Rows of equal columns, padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]!.length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Runs a migration with its progress on stderr and its report on stdout. */
export async function runMigration(
  options: { readonly json?: boolean },
  work: (given: MigrateOptions) => Promise<MigrationReport>,
): Promise<void> {
  const progress = progressLine(process.stderr);
  let report: MigrationReport;
  try {
    report = await work({ onProgress: progress.show });
  } finally {
    progress.end();
  }
  if (options.json) {
    printJson(report);
    return;
  }
  const { things, queries_compared, longest_exclusion_ms, duration_ms } = report;
  print(
    `done: ${things} things, all verified, ${queries_compared} queries compared, in ${(duration_ms / 1000).toFixed(1)} s; ` +
      `writers were shut out for at most ${longest_exclusion_ms.toFixed(0)} ms at once`,
  );
}
