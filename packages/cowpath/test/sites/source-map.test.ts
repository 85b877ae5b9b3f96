import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { SourceMapIndex } from '../../src/sites/source-map.ts';

const SOURCES = ['typed.ts', 'raw.ts', 'objection.ts'].map((file) =>
  join(import.meta.dirname, 'programs', file),
);
const BASE = 'file:///app/dist/';

async function built(file: string, minify: boolean): Promise<{ code: string; map: string }> {
  return transform(readFileSync(file, 'utf8'), {
    loader: 'ts',
    sourcefile: '../src/page.ts',
    sourcemap: 'external',
    minify,
  });
}

describe('a source map', () => {
  test.each(
    SOURCES.flatMap((file) =>
      [true, false].map((minify) => [file.split('/').at(-1)!, minify, file] as const),
    ),
  )('of %s, minified %s: every position is as Node reads it', async (_, minify, file) => {
    const { code, map } = await built(file, minify);
    const ours = SourceMapIndex.parse(map, BASE)!;
    const nodes = new SourceMap(JSON.parse(map) as SourceMapPayload);
    let compared = 0;
    for (const [line, text] of code.split('\n').entries()) {
      for (let column = 0; column < text.length; column++) {
        const entry = nodes.findEntry(line, column) as Partial<{
          generatedLine: number;
          originalLine: number;
          originalColumn: number;
        }>;
        // Node answers with the entry before, be it on another line.
        if (entry.generatedLine !== line) continue;
        expect(ours.find(line, column)).toEqual({
          source: 'file:///app/src/page.ts',
          line: entry.originalLine,
          column: entry.originalColumn,
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  test('in sections: each at its place', async () => {
    const { code, map } = await built(SOURCES[0]!, false);
    const plain = SourceMapIndex.parse(map, BASE)!;
    const sections = [
      { offset: { line: 2, column: 7 }, map: JSON.parse(map) },
      { offset: { line: 500, column: 0 }, map: { ...JSON.parse(map), sources: ['../src/other.ts'] } },
    ];
    const whole = SourceMapIndex.parse(JSON.stringify({ version: 3, sections }), BASE)!;
    const lines = code.split('\n').length - 1;
    for (let line = 0; line < lines; line++) {
      const shift = line === 0 ? 7 : 0;
      expect(whole.find(line + 2, shift + 3)).toEqual(plain.find(line, 3));
      const other = plain.find(line, 3);
      expect(whole.find(line + 500, 3)).toEqual(other && { ...other, source: 'file:///app/src/other.ts' });
    }
    expect(whole.find(0, 0)).toBeNull();
  });

  test('says that code comes from no source, and what is relative to its root', () => {
    // Column 0 from the source, column 4 from none, column 8 from the source again.
    const json = { version: 3, sources: ['page.ts'], sourceRoot: '../src', mappings: 'AAAA,I,IAAI' };
    const map = SourceMapIndex.parse(JSON.stringify(json), BASE)!;
    expect(map.find(0, 3)).toEqual({ source: 'file:///app/src/page.ts', line: 0, column: 0 });
    expect(map.find(0, 5)).toBeNull();
    expect(map.find(0, 20)).toMatchObject({ column: 4 });
    expect(map.find(1, 0)).toBeNull();
  });

  test.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"sources":[],"mappings":""}'],
    ['no sources', '{"version":3,"mappings":"AAAA"}'],
    ['nothing', 'null'],
  ])('that is none (%s) is told', (_, text) => {
    expect(SourceMapIndex.parse(text, BASE)).toBeNull();
  });

  test('that is damaged leads nowhere', () => {
    for (const mappings of ['AAAA!AAAA', 'gggg', 'AAAAé', 'AAEA,C\u0000']) {
      const map = SourceMapIndex.parse(JSON.stringify({ version: 3, sources: ['a.ts'], mappings }), BASE)!;
      expect(map.find(0, 100)).toBeNull();
    }
  });
});
