/** The lines that a program marks with `from: table`, and those that its profile says. */
import { readFileSync } from 'node:fs';
import { readProfile, type Step } from '@cowpath/profile';

export type Lines = Record<string, string[]>;

const TABLES = ['author', 'book', 'city', 'person', 'review'];

/** `file:line` of the lines marked with each table. `as`: the name that the file should have. */
export function markedIn(file: string, as: string): Lines {
  const marks: Lines = {};
  for (const [i, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const table = /\/\/ from: (\w+)/.exec(line)?.[1];
    if (table !== undefined) {
      marks[table] ??= [];
      marks[table].push(`${as}:${i + 1}`);
    }
  }
  return marks;
}

/** `file:line` of the lines found for each table in the context `page`, and how many samples are of unknown lines. */
export function foundIn(folder: string): { readonly lines: Lines; readonly unknown: number } {
  const lines: Lines = {};
  let unknown = 0;
  const walk = (step: Step): void => {
    const { origin, reference } = step;
    const entity = reference?.to ?? (origin !== null && 'entity' in origin ? origin.entity : null);
    const table = entity?.table ?? '';
    for (const { frames, samples } of [...step.uses.values()].flatMap(({ sites }) => sites.toRecords())) {
      const [frame] = frames;
      if (!TABLES.includes(table)) continue;
      if (frame === undefined) unknown += samples;
      else lines[table] = [...new Set([...(lines[table] ?? []), `${frame.file}:${frame.line}`])];
    }
    for (const child of step.children.values()) walk(child);
  };
  const { builder } = readProfile(folder);
  for (const step of builder.contexts.get('page')?.trails.values() ?? []) walk(step);
  for (const found of Object.values(lines))
    found.sort((a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1]));
  return { lines, unknown };
}
