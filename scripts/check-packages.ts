/** Checks every package as npm would publish it: its files and exports (publint), and its types (attw). */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
let failed = 0;

for (const folder of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', folder);
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as
    | { filename: string; files: { path: string }[] }[]
    | Record<string, { filename: string; files: { path: string }[] }>;
  const { filename, files } = Object.values(packed)[0]!;
  const tarball = join(directory, filename);
  try {
    run('publint', [directory, '--strict']);
    run('attw', [tarball, '--profile', 'esm-only']);
    const stray = files.filter(({ path }) => /\.tsbuildinfo$|(^|\/)test\//.test(path));
    if (stray.length > 0) throw new Error(`packs ${stray.map(({ path }) => path).join(', ')}`);
    const { bin = {} } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
      bin?: Record<string, string>;
    };
    for (const file of Object.values(bin)) {
      const [first] = readFileSync(join(directory, file), 'utf8').split('\n', 1);
      if (first !== '#!/usr/bin/env node') throw new Error(`${file} does not start with #!/usr/bin/env node`);
    }
    console.log(`packages/${folder}: ${files.length} files, good`);
  } catch (error) {
    failed++;
    console.error(`packages/${folder}: ${(error as Error).message}`);
  } finally {
    rmSync(tarball, { force: true });
  }
}
process.exit(failed > 0 ? 1 : 0);

function run(tool: string, args: readonly string[]): void {
  try {
    execFileSync('npx', [tool, ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${tool} says:\n${stdout}${stderr}`);
  }
}
