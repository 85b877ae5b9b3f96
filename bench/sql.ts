/**
 * What reading a statement costs, against libpg-query's own parse of the same text, in one run, interleaved. The lexer runs on every text whose shape is not known by the text itself (all of
 * an ORM that inlines literals); shape and analysis once for each shape.
 */
import { performance } from 'node:perf_hooks';
import { analyse, lex, loadParser, StatementCache, shapeOf } from '../packages/cowpath/src/sql/index.ts';
import { parse } from '../packages/cowpath/src/sql/parse.ts';
import { benchCommand, wholeFrom } from './command.ts';

const [rounds] = benchCommand({
  file: 'bench/sql.ts',
  measures:
    "What reading a statement costs, as a share of libpg-query's own parse of the same text, with 95 % intervals.",
  takes: 'Takes ten seconds.',
  examples: ['node bench/sql.ts', 'node bench/sql.ts 5   # a short look'],
})
  .usage('[options] [rounds]')
  .argument('[rounds]', 'interleaved rounds', wholeFrom(2, 100_000), 60)
  .parse().processedArgs as [number];
/** Milliseconds that each measurement of a round takes, roughly. */
const MEASURED_MS = 4;
const RESAMPLES = 2_000;

const texts: readonly (readonly [name: string, text: (i: number) => string])[] = [
  [
    'parameters, 120 characters',
    (i) =>
      `select "id", "title", "price" from "book" where "author_id" = $1 and "price" > $2 order by "title" limit $3 -- ${i}`,
  ],
  [
    'inlined literals, 330 characters',
    (i) =>
      `select "b0"."id", "b0"."title", "b0"."author_id", "a1"."id" as "a1__id", "a1"."name" as "a1__name" from "book" as "b0" left join "author" as "a1" on "b0"."author_id" = "a1"."id" where "b0"."uuid" = '9b1deb4d-3b7d-4bad-9bdd-${i}' and "b0"."rank" = ${i} and "b0"."publisher_id" in (1, 2, ${i}) order by "b0"."title" asc limit 1`,
  ],
  [
    'nested JSON, 900 characters',
    (i) =>
      `select "books"."id", "books"."title", "books_author"."data" as "author", "books_reviews"."data" as "reviews" from "books" "books" left join lateral (select json_build_array("books_author"."id", "books_author"."name") as "data" from (select * from "authors" "books_author" where "books_author"."id" = "books"."author_id" limit $1) "books_author") "books_author" on true left join lateral (select coalesce(json_agg(json_build_array("books_reviews"."id", "books_reviews"."rating")), '[]'::json) as "data" from (select * from "reviews" "books_reviews" where "books_reviews"."book_id" = "books"."id" order by "books_reviews"."created_at" desc limit $2) "books_reviews") "books_reviews" on true where "books"."id" = ${i} limit $3`,
  ],
  [
    'insert of 100 rows, 3,400 characters',
    (i) =>
      `insert into "book" ("title", "author_id") values ${Array.from({ length: 100 }, (_, row) => `('A title for number ${row}', ${i})`).join(', ')} returning "id"`,
  ],
];

const cache = new StatementCache();
type Work = readonly [name: string, run: (text: string) => unknown];
const known = (text: string): unknown => cache.read(text);
const work: readonly Work[] = [
  ['libpg-query parse', parse],
  ['lex', lex],
  ['read, new text of a known shape', known],
  ['read, known text', known],
  ['shape', (text) => shapeOf(lex(text))],
  ['shape and analysis', (text) => analyse(shapeOf(lex(text)))],
];

let serial = 0;
let sink: unknown;

/** Microseconds for each run, texts made before the clock starts. */
function measure([name, run]: Work, make: (i: number) => string, count: number): number {
  const same = make(0);
  const inputs = Array.from({ length: count }, () => (name.endsWith('known text') ? same : make(++serial)));
  const start = performance.now();
  for (const input of inputs) sink = run(input);
  return ((performance.now() - start) * 1_000) / count;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The bounds between which 95 % of medians of resampled rounds lie. */
function interval(ratios: readonly number[]): [number, number] {
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(ratios.map(() => ratios[Math.floor(Math.random() * ratios.length)] as number)),
  ).sort((a, b) => a - b);
  return [medians[Math.floor(RESAMPLES * 0.025)] as number, medians[Math.floor(RESAMPLES * 0.975)] as number];
}

await loadParser();
for (const [name, make] of texts) {
  const counts = work.map((each) => {
    measure(each, make, 50);
    return Math.max(1, Math.round((MEASURED_MS * 1_000) / measure(each, make, 50)));
  });
  const times: number[][] = work.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Forth and back, so that a drift of the machine falls on all alike.
    const order = work.map((_, i) => i);
    for (const i of round % 2 === 0 ? order : order.reverse()) {
      (times[i] as number[]).push(measure(work[i] as Work, make, counts[i] as number));
    }
  }
  console.log(`\n${name}`);
  const parser = times[0] as number[];
  for (const [i, [what]] of work.entries()) {
    const mine = times[i] as number[];
    const ratios = mine.map((time, round) => time / (parser[round] as number));
    const [low, high] = interval(ratios);
    const ratio =
      i === 0 ? '' : `${median(ratios).toFixed(3)} of the parse  [${low.toFixed(3)}, ${high.toFixed(3)}]`;
    console.log(`  ${what.padEnd(34)}${median(mine).toFixed(2).padStart(9)} µs   ${ratio}`);
  }
}
if (sink === undefined) process.exitCode = 1;
