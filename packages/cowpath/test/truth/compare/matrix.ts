import { readFileSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { fileURLToPath } from 'node:url';
import { TESTED } from '../../../src/packages/tested.ts';
import type { Driver } from '../drivers/list.ts';
import type { PageResult } from './compare.ts';

const DOCUMENT = fileURLToPath(new URL('../../../../../docs/reference/orm-matrix.md', import.meta.url));
const [BEGIN, END] = ['<!-- made by held-out.test.ts -->\n', '<!-- /made -->'];

/** The matrix as the documents show it: what is the same in every run, so no times and no coincidences. */
export function matrix(results: ReadonlyMap<Driver, readonly PageResult[]>): string {
  const head = [
    '',
    'version',
    'like it',
    'pages',
    'requests',
    'true trails',
    'confirmed',
    'false',
    'miscounted',
  ];
  const rows = [...results].map(([driver, pages]) => {
    const sum = (count: (page: PageResult) => number): string =>
      String(pages.reduce((total, page) => total + count(page), 0));
    return [
      driver.title,
      installedVersion(driver.package),
      likeIt(driver.package),
      sum(({ page }) => Number(page.requests > 0)),
      sum(({ page }) => page.requests),
      sum(({ occurred }) => occurred.length),
      sum(({ occurred, missed }) => occurred.length - missed.length),
      sum(({ wrong }) => wrong.length),
      sum(({ miscounted }) => miscounted.length),
    ];
  });
  const rule = head.map((_, column) => (column < 3 ? '---' : '---:'));
  const notes = [...results.keys()].filter(({ note }) => note !== '');
  return [
    ...[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...notes.map(({ title, note }) => `- **${title}**: ${note}`),
    '',
  ].join('\n');
}

/** Versions outside of these are said to be untested. */
function likeIt(name: string): string {
  const range = TESTED.find((one) => one.name === name);
  if (range === undefined) throw new Error(`src/packages/tested.ts does not name ${name}`);
  return `from ${range.from} to below ${range.below}`;
}

function installedVersion(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  if (file === undefined) throw new Error(`${name} is not installed`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The committed table; with COWPATH_UPDATE_DOCS=1 it is `made` first. */
export function documented(made: string): string {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (from < BEGIN.length || to < from) throw new Error(`${DOCUMENT} has lost the marks around its table`);
  if (process.env['COWPATH_UPDATE_DOCS'] !== '1') return text.slice(from, to);
  writeFileSync(DOCUMENT, text.slice(0, from) + made + text.slice(to));
  return made;
}
