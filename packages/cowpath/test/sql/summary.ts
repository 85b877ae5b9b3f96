import { expect, it } from 'vitest';
import { type ColumnUse, insertedRowsOf, StatementCache, valuesOf } from '../../src/sql/index.ts';

/** An analysis in a form that can be written down in a table of tests; empty parts are left out. */
export interface Summary {
  readonly verb: string;
  readonly tables?: readonly string[];
  readonly where?: readonly string[];
  readonly joins?: readonly string[];
  readonly selectedBy?: string;
  readonly orderedBy?: string;
  readonly outputs?: string;
  readonly inserted?: readonly string[];
  readonly flags?: string;
  readonly opaque?: string;
}

export type Case = readonly [text: string, summary: Summary];

/** A test of each statement: that it is analysed as its summary says. */
export function table(cases: readonly Case[]): void {
  it.each(cases)('%s', (text, summary) => {
    expect(summarise(text)).toEqual(summary);
  });
}

export const PARAMETERS: readonly string[] = Array.from({ length: 30 }, (_, i) => `p${i + 1}`);

const cache = new StatementCache();

export function summarise(
  text: string,
  parameters: readonly (string | null | undefined)[] = PARAMETERS,
): Summary {
  const statement = cache.read(text);
  const analysis = cache.analysisOf(statement.shape);
  const summary: Record<string, unknown> = { verb: analysis.verb };
  const add = (name: string, value: string | readonly string[]): void => {
    if (value.length > 0) summary[name] = value;
  };
  add(
    'tables',
    analysis.tables.map((table) => {
      const name = table.schema === null ? table.name : `${table.schema}.${table.name}`;
      const alias = table.alias === table.name ? '' : ` ${table.alias}`;
      return `${name}${alias}#${table.scope}${table.target ? ' target' : ''}${table.loaded ? '' : ' unloaded'}`;
    }),
  );
  add(
    'where',
    analysis.predicates.map((predicate) => {
      const tuples = valuesOf(statement, predicate, parameters).map((tuple) => tuple.map(printed).join(','));
      return `${predicate.columns.map(column).join(',')} ${predicate.kind} ${tuples.join(' | ')}`;
    }),
  );
  add(
    'joins',
    analysis.joins.map(({ left, right }) => `${column(left)} = ${column(right)}`),
  );
  add('selectedBy', analysis.selectedBy.map(column).join(' '));
  add('orderedBy', analysis.orderedBy.map(column).join(' '));
  add(
    'outputs',
    analysis.outputs
      .map((output) => {
        switch (output.kind) {
          case 'column':
            return output.name === output.source.column
              ? column(output.source)
              : `${output.name}=${column(output.source)}`;
          case 'star':
            return `${output.qualifier ?? ''}*`;
          case 'json':
            return `${output.name}=json(${output.tables.join(' ')})`;
          default:
            return `${output.name}=?`;
        }
      })
      .join(' '),
  );
  const { inserted } = analysis;
  if (inserted) {
    add('inserted', [
      `${inserted.columns?.join(',') ?? '(own order)'}${inserted.onConflict ? ' on conflict' : ''}`,
      ...insertedRowsOf(statement, analysis, parameters).map((row) => row.map(printed).join(',')),
    ]);
  }
  const flags = [
    analysis.readOnly ? 'readOnly' : '',
    analysis.limited ? 'limited' : '',
    analysis.returning ? 'returning' : '',
  ];
  add('flags', flags.filter((flag) => flag !== '').join(' '));
  if (analysis.opaqueBecause !== null) add('opaque', analysis.opaqueBecause);
  return summary as unknown as Summary;
}

function column(use: ColumnUse): string {
  return `${use.qualifier ?? '?'}.${use.column}${use.scope === 0 ? '' : `#${use.scope}`}`;
}

function printed(value: string | null | undefined): string {
  return value === null ? 'NULL' : value === undefined ? '-' : value;
}
