import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { layouts, openStore, sqlite } from '../src/index.ts';
import { temporaryDirectory } from './support/directory.ts';

const main = path.join(import.meta.dirname, '../src/cli/main.ts');

async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--conditions=@cowpath/source',
      main,
      ...args,
    ]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

test('layout show, plan and apply, and a move to another file', async () => {
  using directory = temporaryDirectory();
  const file = directory.file('books.db');
  const store = await openStore({ engine: sqlite({ file, layout: layouts.existing() }) });
  await store.create('/a/1', { type: 'author', name: 'Ann' });
  await store.create('/b/1', { type: 'edition', title: 'Paths', authors: [{ $ref: '/a/1' }] });
  await store.close();
  const layout = directory.file('books.layout');
  writeFileSync(layout, 'edition * edition_*\nedition (authors:ref[], title:str) listing\n');

  expect((await command('layout', 'show', '--store', file)).out).toContain('layout existing');
  const plan = JSON.parse((await command('layout', 'plan', layout, '--store', file, '--json')).out);
  expect(plan.drop).toEqual(['datum']);
  expect(plan.create.join('\n')).toContain('listing_g2');
  expect(JSON.parse((await command('layout', 'show', '--store', file, '--json')).out).layout).toBe(
    'layout existing\n',
  );

  const applied = await command('layout', 'apply', layout, '--store', file);
  expect(applied.err).toContain('copy');
  expect(applied.out).toContain('2 things, all verified');
  const shown = JSON.parse((await command('layout', 'show', '--store', file, '--json')).out);
  expect(shown.tables.listing_g2).toBe(1);
  expect((await command('layout', 'plan', layout, '--store', file)).out).toContain('nothing would change');

  const to = directory.file('moved.db');
  const moved = JSON.parse((await command('migrate', '--store', file, '--to', to, '--json')).out);
  expect(moved.things).toBe(2);
  const old = await command('layout', 'show', '--store', file);
  expect([old.code, old.err]).toEqual([1, expect.stringContaining(to)]);
  const there = await openStore({ engine: sqlite({ file: to }) });
  expect((await there.things([{ name: 'authors.name', op: '=', value: 'Ann' }])).items).toEqual(['/b/1']);
  await there.close();
});

test('errors name the place and end with status 1', async () => {
  using directory = temporaryDirectory();
  const file = directory.file('books.db');
  await (await openStore({ engine: sqlite({ file }) })).close();
  const layout = directory.file('wrong.layout');
  writeFileSync(layout, '\n\n\n\n\n\nedition title,string titles\n');
  const wrong = await command('layout', 'apply', layout, '--store', file);
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.err).toContain(`${layout}:7:15`);
  expect(wrong.err).toContain('STORE_LAYOUT_SYNTAX');
  const missing = await command('layout', 'show', '--store', directory.file('boks.db'));
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('there is no store at')]);
  expect((await command('migrate', '--store', file)).err).toContain('--layout FILE');
  expect((await command('migrate', '--store', file, '--abort')).err).toContain('no migration to abort');
  expect((await command('layot')).err).toContain('layout');
  expect((await command('migrate', '--help')).out).toContain('Examples:');
});
