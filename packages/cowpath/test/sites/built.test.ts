/** One program in TypeScript, built and run in all the usual ways: its source's lines are found, or none. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { succeed, temporary } from '../recorded.ts';
import { foundIn, markedIn } from './found.ts';
import { makeTables } from './programs/tables.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');
const PACKAGES = join(import.meta.dirname, '../../../../node_modules');
const { resolve } = createRequire(import.meta.url);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await makeTables(postgres.url);
});
afterAll(() => postgres?.stop());

/** A project of its own with the program in `src`; `make` builds it and says what to run. Returns what was found. */
async function found(
  make: (folder: string) => Promise<readonly string[]>,
): Promise<ReturnType<typeof foundIn> & { readonly read: (file: string) => string[] }> {
  const place = temporary();
  const profile = temporary();
  try {
    mkdirSync(join(place.folder, 'src'));
    copyFileSync(join(PROGRAMS, 'typed.ts'), join(place.folder, 'src/typed.ts'));
    writeFileSync(join(place.folder, 'package.json'), '{ "name": "shop", "type": "module" }');
    symlinkSync(PACKAGES, join(place.folder, 'node_modules'));
    const args = await make(place.folder);
    await succeed({
      args,
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: profile.folder },
      cwd: place.folder,
      record: true,
    });
    const texts = new Map<string, string[]>();
    const lines = (file: string): string[] => readFileSync(join(place.folder, file), 'utf8').split('\n');
    const { lines: sites } = foundIn(profile.folder);
    for (const site of Object.values(sites).flat()) {
      const file = site.split(':')[0]!;
      texts.set(file, lines(file));
    }
    return { ...foundIn(profile.folder), read: (file) => texts.get(file)! };
  } finally {
    place.remove();
    profile.remove();
  }
}

function esbuilt(options: BuildOptions): (folder: string) => Promise<readonly string[]> {
  return async (folder) => {
    await build({
      absWorkingDir: folder,
      entryPoints: ['src/typed.ts'],
      outfile: 'dist/typed.mjs',
      format: 'esm',
      platform: 'node',
      target: 'node22',
      logLevel: 'error',
      ...options,
    });
    return ['dist/typed.mjs'];
  };
}

/** Everything but Cowpath in one file. Packages in CommonJS ask for Node's modules with `require`. */
const BUNDLE: BuildOptions = {
  bundle: true,
  external: ['cowpath', 'pg-native'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
};

async function compiled(folder: string): Promise<readonly string[]> {
  const config = {
    compilerOptions: {
      ...{ target: 'es2022', module: 'nodenext', sourceMap: true, outDir: 'dist', rootDir: 'src' },
      ...{ skipLibCheck: true, strict: true, types: ['node'], customConditions: ['@cowpath/source'] },
      ...{ noEmitOnError: false, allowImportingTsExtensions: true, rewriteRelativeImportExtensions: true },
    },
    files: ['src/typed.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  // What it finds wrong with other packages' types does not matter here: it writes all the same.
  const tsc = join(dirname(resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', folder, '--noCheck'], { cwd: folder });
  return ['dist/typed.js'];
}

describe("the source's lines are found in a program", () => {
  test.each<[string, (folder: string) => Promise<readonly string[]>]>([
    ['run by Node, types stripped', async () => ['src/typed.ts']],
    ['run by tsx', async () => ['--import', resolve('tsx'), 'src/typed.ts']],
    ['compiled by tsc', compiled],
    ['compiled by esbuild', esbuilt({ sourcemap: true })],
    ['with its map inside', esbuilt({ sourcemap: 'inline' })],
    ['minified', esbuilt({ sourcemap: true, minify: true })],
    ['bundled with its packages', esbuilt({ ...BUNDLE, sourcemap: true })],
    ['bundled and minified', esbuilt({ ...BUNDLE, sourcemap: true, minify: true })],
    [
      'whose maps Node reads too',
      async (folder) => ['--enable-source-maps', ...(await esbuilt({ ...BUNDLE, sourcemap: true })(folder))],
    ],
  ])('%s', async (_, make) => {
    const { lines, unknown } = await found(make);
    expect({ lines, unknown }).toEqual({
      lines: markedIn(join(PROGRAMS, 'typed.ts'), 'src/typed.ts'),
      unknown: 0,
    });
  });
});

describe('without a map', () => {
  test("the built file's lines are found", async () => {
    const { lines, unknown, read } = await found(esbuilt({}));
    expect(unknown).toBe(0);
    expect(Object.keys(lines).sort()).toEqual(['author', 'book', 'review']);
    for (const [table, [site, ...others]] of Object.entries(lines)) {
      expect(others).toEqual([]);
      const [file, line] = site!.split(':') as [string, string];
      expect(file).toBe('dist/typed.mjs');
      expect(read(file)[Number(line) - 1]).toContain(table);
    }
  });

  test("of a bundle, those of the program's own part", async () => {
    const { lines, unknown, read } = await found(esbuilt(BUNDLE));
    expect(unknown).toBe(0);
    expect(Object.keys(lines).sort()).toEqual(['author', 'book', 'review']);
    for (const [table, [site, ...others]] of Object.entries(lines)) {
      expect(others).toEqual([]);
      const [file, line] = site!.split(':') as [string, string];
      expect(read(file)[Number(line) - 1]).toContain(table);
    }
  });

  test.each<[string, (folder: string) => Promise<readonly string[]>]>([
    ['of a minified bundle', esbuilt({ ...BUNDLE, minify: true })],
    [
      'of a bundle that does not say what is whose',
      async (folder) => {
        await esbuilt(BUNDLE)(folder);
        const file = join(folder, 'dist/typed.mjs');
        const unmarked = readFileSync(file, 'utf8')
          .replaceAll(/^\s*\/\/ .*$/gm, '')
          .replaceAll('"node_modules/', '"');
        writeFileSync(file, unmarked);
        return ['dist/typed.mjs'];
      },
    ],
    [
      'of what a loader changed',
      async (folder) => {
        mkdirSync(join(folder, 'programs'));
        for (const file of ['typed.ts', 'shifting.mjs'])
          copyFileSync(join(PROGRAMS, file), join(folder, 'programs', file));
        await build({
          absWorkingDir: folder,
          entryPoints: ['programs/typed.ts'],
          outdir: 'programs',
          format: 'esm',
        });
        return ['--import', './programs/shifting.mjs', 'programs/typed.js'];
      },
    ],
  ])('%s nothing is said, rather than a line that may be wrong', async (_, make) => {
    const { lines, unknown } = await found(make);
    expect(lines).toEqual({});
    expect(unknown).toBeGreaterThan(0);
  });
});
