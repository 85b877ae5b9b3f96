/** Computes the demo's truth from the data and the requests, and writes it to manifest.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDatabase } from './database.ts';
import { computeManifest } from './manifest/compute.ts';
import type { Manifest } from './manifest/format.ts';

const FILE = join(import.meta.dirname, '..', 'manifest.json');

/** As the repository's formatter writes it: lists of names on one line. */
function print(manifest: Manifest): string {
  const text = JSON.stringify(manifest, null, 2);
  const lists = /\[\n\s+("[^\]{}]*")\n\s+\]/g;
  return `${text.replace(lists, (_, names: string) => `[${names.replace(/\n\s+/g, ' ')}]`)}\n`;
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const database = await startDatabase({
  databaseUrl: process.env.DATABASE_URL,
  onProgress: (message) => console.error(message),
});
try {
  const text = print(await computeManifest(database.url));
  if (!values.check) {
    await writeFile(FILE, text);
    console.log('manifest.json is written.');
  } else if ((await readFile(FILE, 'utf8')) === text) {
    console.log('manifest.json is what the data and the requests give.');
  } else {
    console.error(
      'manifest.json is not what the data and the requests give. Run `npm run manifest` and look at what changed.',
    );
    process.exitCode = 1;
  }
} finally {
  await database.stop();
}
