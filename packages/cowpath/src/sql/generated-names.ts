import { NAME_MARK } from './lexed.ts';

/** The beginnings of keys after which names are values: `set x to acme`, `set role acme`, `savepoint trx17`. */
const BEFORE_NAMES =
  /^(?:set (?:(?:local|session) )?(?:\S+ (?:to|=)|role|session authorization)|savepoint|release(?: savepoint)?|rollback(?: work| transaction)? to(?: savepoint)?) /;
const NAMES = /"(?:[^"]|"")*"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/g;

/**
 * A key without the words that are values although they are written as names: settings and roles, which hold a
 * tenant or a user in some programs, and savepoints, which some libraries number as they go.
 */
export function withoutGeneratedNames(key: string): string {
  const first = key.charCodeAt(0);
  if (first !== 115 && first !== 114) return key;
  const start = BEFORE_NAMES.exec(key)?.[0].length;
  if (start === undefined) return key;
  const end = key.indexOf(';') < 0 ? key.length : key.indexOf(';');
  return key.slice(0, start) + key.slice(start, end).replace(NAMES, NAME_MARK) + key.slice(end);
}
