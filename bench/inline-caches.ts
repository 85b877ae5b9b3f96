/**
 * Where the code that Cowpath shares with the program (the driver's, Node's own) meets more hidden classes than in the
 * bare program. V8 compiles a place that reads a field for one hidden class, or for up to four, and any more make it a
 * look-up in a slow cache, for as long as the program lives and for the program's own objects too. What it prints is
 * counted, and hardly differs from run to run, where times do (bench/observe.ts).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { benchCommand, wholeFrom } from './command.ts';
import { startDatabase } from './observe/database.ts';
import { type InlineCaches, logFlags, readLog } from './observe/inline-caches.ts';
import { nodeOption, SIDES, statementsPerRootOption } from './observe/options.ts';
import { KINDS, type Kind, Program } from './observe/program.ts';

const STATEMENTS_A_BLOCK = 2_000;
const CLASSES_SHOWN = 3;

const values = benchCommand({
  file: 'bench/inline-caches.ts',
  measures:
    'Places in the code of the driver and of Node where V8 meets more hidden classes of objects under Cowpath than in the bare program. `npm run build` first.',
  takes: 'Takes about half a minute.',
  examples: [
    'node bench/inline-caches.ts',
    'node bench/inline-caches.ts --node node_modules/node22/bin/node',
    'node bench/inline-caches.ts --side opentelemetry',
  ],
})
  .option('--blocks <number>', `of ${STATEMENTS_A_BLOCK} statements, of each side`, wholeFrom(1, 10_000), 40)
  .addOption(nodeOption())
  .addOption(new Option('--kind <kind>', 'of statements').choices(KINDS).default('lookup'))
  .option('--connections <number>', 'of the program', wholeFrom(1, 1_000), 10)
  .addOption(statementsPerRootOption())
  .addOption(new Option('--side <side>', 'what is compared').choices(SIDES).default('cowpath'))
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<{
    blocks: number;
    node: string;
    kind: Kind;
    connections: number;
    statementsPerRoot: number;
    side: string;
    json: boolean;
  }>();

interface Difference {
  readonly modules: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly field: string;
  /** It has become a look-up in V8's slow cache, which it is not in the bare program. */
  readonly megamorphic: boolean;
  readonly bare: readonly string[];
  readonly side: readonly string[];
}

/** Modules are loaded once; what the loader meets is no matter. */
const LOADING = /^node:(internal\/modules|internal\/url|diagnostics_channel$|path$|fs$)/;

async function placesOf(name: string, folder: string, databaseUrl: string): Promise<InlineCaches> {
  const file = join(folder, `${name}.log`);
  const { node, kind, connections, statementsPerRoot: statements_per_root } = values;
  const options = { node, source: false, databaseUrl, folder, singleKind: false, flags: logFlags(file) };
  const program = new Program(name, options);
  for (let block = 0; block < values.blocks; block++) {
    await program.run({ kind, connections, statements: STATEMENTS_A_BLOCK, statements_per_root });
  }
  await program.rest();
  await program.stop();
  return readLog(readFileSync(file, 'utf8'));
}

function differences(bare: InlineCaches, side: InlineCaches): Difference[] {
  const found: Difference[] = [];
  for (const [key, place] of side.places) {
    const before = bare.places.get(key);
    // Code that only one of them runs has nothing to lose; nor has what is lost already.
    if (!before || before.megamorphic) continue;
    if (!place.megamorphic && (before.classes.size > 1 || place.classes.size === 1)) continue;
    const { line, column, field, megamorphic } = place;
    const modules = side.modulesOf(place);
    if (modules.length > 0 && modules.every((module) => LOADING.test(module))) continue;
    const classes = { bare: [...before.classes], side: [...place.classes] };
    found.push({ modules, line, column, field, megamorphic, ...classes });
  }
  return found.sort((a, b) => Number(b.megamorphic) - Number(a.megamorphic) || a.line - b.line);
}

const folder = mkdtempSync(join(tmpdir(), 'cowpath-inline-caches-'));
const postgres = await startDatabase();
try {
  const bare = await placesOf('bare', folder, postgres.url);
  const side = await placesOf(values.side, folder, postgres.url);
  const found = differences(bare, side);
  if (values.json) {
    console.log(JSON.stringify({ node: values.node, places: bare.places.size, differences: found }, null, 2));
  } else {
    const slow = found.filter(({ megamorphic }) => megamorphic).length;
    console.log(
      `Of ${bare.places.size} places of the bare program, under ${values.side}: ${slow} in the slow cache, ` +
        `${found.length - slow} compiled for several hidden classes instead of one`,
    );
    for (const one of found) console.log(show(one));
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

function show({ modules, line, column, field, megamorphic, bare, side }: Difference): string {
  const others = side.filter((one) => !bare.includes(one)).slice(0, CLASSES_SHOWN);
  const how = (megamorphic ? 'slow cache' : 'several').padEnd(10);
  const where = `${modules.join(' or ') || '(unknown module)'}:${line}:${column}`;
  return `  ${how}  .${field}  ${where}  ${bare.length} -> ${side.length} classes${others.length > 0 ? `: ${others.join('; ')}` : ''}`;
}
