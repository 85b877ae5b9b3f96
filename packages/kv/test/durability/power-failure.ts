import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('power-failure.c', import.meta.url));

/** The compiled preload library, or why there is none. */
export function compileLibrary(): { library: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: `LD_PRELOAD needs Linux, this is ${process.platform}` };
  const library = join(mkdtempSync(join(tmpdir(), 'cowpath-kv-power-')), 'power-failure.so');
  try {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'], {
      stdio: 'pipe',
    });
    return { library };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { missing: 'no C compiler (cc) on this machine' };
    throw error;
  }
}

/**
 * Does to the files below `directory` what a power failure does: what was synced stays, of what was not a
 * random part from the beginning stays, often none. Afterwards the ledger says that all that is there is durable.
 */
export async function losePower(
  directory: string,
  ledger: string,
  random: () => number,
): Promise<{ dropped_bytes: number }> {
  const synced = new Map<string, number>();
  for (const line of (await readFile(ledger, 'latin1').catch(() => '')).split('\n')) {
    const [inode, size] = line.split(' ');
    if (size === undefined) continue;
    // Syncs of one file may be noted in another order than they ended in.
    synced.set(inode!, size === '0' ? 0 : Math.max(Number(size), synced.get(inode!) ?? 0));
  }
  let dropped_bytes = 0;
  const after: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { ino, size } = await stat(path);
    const durable = Math.min(size, synced.get(String(ino)) ?? 0);
    const keep = random() < 0.5 ? durable : durable + Math.floor(random() * (size - durable));
    dropped_bytes += size - keep;
    // A file that was never synced may be gone altogether, name and all.
    if (keep === 0 && size > 0 && random() < 0.5) await rm(path);
    else {
      await truncate(path, keep);
      after.push(`${ino} ${keep}`);
    }
  }
  await writeFile(ledger, `${after.join('\n')}\n`);
  return { dropped_bytes };
}
