import type { Report } from './model.ts';

/** Characters that JSON leaves as they are and a terminal obeys. They can stand only inside strings. */
const OBEYED = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The report as JSON text, ending with a line break. */
export function reportJson(report: Report): string {
  const text = JSON.stringify(report, null, 2).replace(
    OBEYED,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
