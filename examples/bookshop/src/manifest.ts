/** Computes the demo's truth from the data and the requests, and writes it to manifest.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDatabase } from './database.ts';
import { computeManifest } from './manifest/compute.ts';

const FILE = join(import.meta.dirname, '..', 'manifest.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const database = await startDatabase({
  databaseUrl: process.env.DATABASE_URL,
  onProgress: (message) => console.error(message),
});
try {
  const text = `${JSON.stringify(await computeManifest(database.url), null, 2)}\n`;
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
