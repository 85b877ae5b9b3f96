import { UNTESTED_VERSION } from '../packages/notices.ts';
import { TESTED } from '../packages/tested.ts';

/** What the recorder's notes mean, and what to do about them. */
const TEXTS: Readonly<Record<string, string>> = {
  COWPATH_CATALOG_DENIED:
    'The database did not let Cowpath read its catalog, so references are inferred from names and values (~). ' +
    'Let the role read pg_catalog, and declared foreign keys are used.',
  COWPATH_STATEMENTS_OPAQUE:
    'Some statements could not be read: they are counted, but nothing is known of what they loaded.',
  COWPATH_JSON_RELATIONS:
    'Some statements fetch relations as JSON (an ORM’s relational queries): they are counted as one query each; ' +
    'what the program follows from the rows inside the JSON cannot be seen, and looks like free queries.',
  COWPATH_RUNS_SAMPLED:
    'Some contexts ran more than 1,000 times. Of their later runs a sample was followed, so that recording stays ' +
    'cheap, each counted for those passed over: their counts are estimates. Record with --every-run for exact ones.',
  COWPATH_STATEMENTS_SAMPLED:
    'The program sent more than 10,000 statements outside every context. Of the later ones stretches were followed, so ' +
    'that recording stays cheap, each counted for those passed over: their counts are estimates. Record with --every-run for exact ones.',
  COWPATH_STATEMENTS_UNCOUNTED:
    'So many statements outside every context, the last ones, came after the last stretch that was followed: they are ' +
    'not in this profile. Record with --every-run to count them.',
  COWPATH_STATEMENTS_DROPPED:
    'The program sent statements faster than they could be looked at: the rest is not in this profile, so counts are too low.',
  COWPATH_RECORDER_FAILED:
    'The recorder failed inside; the program was not touched, but some statements may be missing here. Please report it.',
  COWPATH_CONTEXT_FAILED:
    'A context could not be named; its statements stand under another one. Please report it.',
  COWPATH_HOOK_FAILED:
    'A database driver could not be hooked; what it sent is missing here. Use instrument(pool) instead.',
  COWPATH_DRIVER_PATCHED:
    'Another tool had replaced node-postgres’s Client.query by what cannot be observed: statements are missing here. Load Cowpath before it.',
  COWPATH_PARSER_FAILED:
    'The SQL parser could not be loaded: statements are counted, but nothing is known of what they loaded.',
  COWPATH_PG_NATIVE: 'Connections of pg-native cannot be observed; their statements are missing here.',
  COWPATH_EXPLAIN_FAILED: 'Some statements could not be explained; their steps have no plan.',
  COWPATH_PRISMA_ENGINE:
    'The program uses Prisma with its own query engine (Prisma 6 or older): its statements pass through no driver, are out of ' +
    'reach, and are not in this profile. Use Prisma 7, or Prisma 6 with its driver adapter (@prisma/adapter-pg), and record again.',
  COWPATH_NOT_SAVED:
    'The profile could not be written for a while; what was counted then was saved later, or is missing.',
};

/** The meaning of a note, or null for a code that this version does not know. */
export function noteText(note: string): string | null {
  // What it is about may follow the code.
  const [code = '', about = ''] = note.split(' ', 2);
  if (code === UNTESTED_VERSION) return untestedText(about);
  return Object.hasOwn(TEXTS, code) ? TEXTS[code]! : null;
}

/** `about`: `name@version`. */
function untestedText(about: string): string {
  const name = about.slice(0, about.lastIndexOf('@'));
  const tested = TESTED.find((one) => one.name === name);
  const range = tested ? ` with ${name} from ${tested.from} to below ${tested.below}, not` : ' not';
  return `Cowpath is tested${range} with this version. The program is not touched; what is recorded of it may be incomplete.`;
}
