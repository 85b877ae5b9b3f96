/** What the recorder's notes mean, and what to do about them. */
const TEXTS: Readonly<Record<string, string>> = {
  COWPATH_CATALOG_DENIED:
    'The database did not let Cowpath read its catalog, so references are inferred from names and values (~). ' +
    'Let the role read pg_catalog to see declared foreign keys.',
  COWPATH_STATEMENTS_OPAQUE:
    'Statements that could not be read: they are counted, but nothing is known of what they loaded.',
};

/** The meaning of a note, or null for a code that this version does not know. */
export function noteText(code: string): string | null {
  return Object.hasOwn(TEXTS, code) ? TEXTS[code]! : null;
}
