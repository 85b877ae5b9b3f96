import type { Colors } from './colors.ts';

const NAME_WIDTH_MAX = 48;

/**
 * Rows under a head row; the first column to the left, the others to the right.
 * @param lastIsSum whether the last row stands out
 */
export function table(rows: readonly (readonly string[])[], colors: Colors, lastIsSum: boolean): string {
  const cells = rows.map(([name = '', ...rest]) => [shortened(name), ...rest]);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row, i) => {
      const line = row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd();
      if (i === 0) return colors.dim(line);
      return lastIsSum && i === cells.length - 1 ? colors.bold(line) : line;
    })
    .join('\n');
}

function shortened(name: string): string {
  return name.length > NAME_WIDTH_MAX ? `${name.slice(0, NAME_WIDTH_MAX - 1)}…` : name;
}
