import type { Report } from './model.ts';

/** Characters that JSON leaves as they are and a terminal obeys. They can stand only inside strings. */
const OBEYED = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * The report as JSON text in pieces: a line a field, a line an element of a list, so that it can be longer
 * than a string can be.
 */
export function* reportJson(report: Report): Generator<string> {
  let before = '{\n';
  for (const [name, value] of Object.entries(report)) {
    yield `${before}  ${JSON.stringify(name)}: `;
    before = ',\n';
    if (Array.isArray(value) && value.length > 0) yield* listJson(value);
    else yield plainJson(value);
  }
  yield '\n}\n';
}

function* listJson(list: readonly unknown[]): Generator<string> {
  let before = '[\n';
  for (const element of list) {
    yield `${before}    ${plainJson(element)}`;
    before = ',\n';
  }
  yield '\n  ]';
}

function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    OBEYED,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
