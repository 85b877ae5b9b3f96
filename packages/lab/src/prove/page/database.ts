import { formatCount, formatMs } from '../../results/numbers.ts';
import type { Proof, SideProof } from '../format.ts';
import { htmlTable } from './html.ts';

const STATEMENTS_SHOWN_MAX = 15;
const STATEMENT_CHARS_MAX = 300;

/** What Postgres counted for each side; '' where it was not asked. */
export function databaseSection({ sides }: Proof): string {
  const { before, after } = sides;
  if (!before.postgres || !after.postgres) return '';
  const tables = namesOf(before, after, (side) => side.postgres!.tables.map(({ table }) => table));
  const rows = tables.map((name) => {
    const cells = [before, after].flatMap((side) => {
      const counts = side.postgres!.tables.find(({ table }) => table === name);
      return [counts?.blocks_hit, counts?.blocks_read, counts?.rows].map((count) => formatCount(count ?? 0));
    });
    return [name, ...cells];
  });
  return `<h2>Postgres</h2><p class="note">Counted for one pass of ${formatCount(before.postgres.requests)} requests on each side, one after another.</p>${htmlTable(
    ['table', 'blocks hit before', 'read before', 'rows before', 'hit after', 'read after', 'rows after'],
    rows,
  )}${statements(before, after)}`;
}

function statements(before: SideProof, after: SideProof): string {
  if (!before.postgres!.statements || !after.postgres!.statements) return '';
  const texts = namesOf(before, after, (side) =>
    side.postgres!.statements!.map(({ statement }) => statement),
  );
  const rows = texts.slice(0, STATEMENTS_SHOWN_MAX).map((text) => {
    const cells = [before, after].flatMap((side) => {
      const counts = side.postgres!.statements!.find(({ statement }) => statement === text);
      return [
        formatCount(counts?.calls ?? 0),
        formatCount((counts?.blocks_hit ?? 0) + (counts?.blocks_read ?? 0)),
        formatMs(counts?.time_ms ?? 0),
      ];
    });
    const short = text.replace(/\s+/g, ' ');
    return [short.length > STATEMENT_CHARS_MAX ? `${short.slice(0, STATEMENT_CHARS_MAX)}…` : short, ...cells];
  });
  return htmlTable(
    [
      'statement',
      'calls before',
      'blocks before',
      'time before',
      'calls after',
      'blocks after',
      'time after',
    ],
    rows,
  );
}

/** The names of both sides, each once, those of the side before first. */
function namesOf(before: SideProof, after: SideProof, names: (side: SideProof) => string[]): string[] {
  return [...new Set([...names(before), ...names(after)])];
}
