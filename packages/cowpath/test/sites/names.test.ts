import { describe, expect, test } from 'vitest';
import { BundleParts } from '../../src/sites/bundle.ts';
import { sourceName } from '../../src/sites/source-name.ts';

describe('the name of a source', () => {
  test.each([
    ['file:///app/src/book.ts', 'src/book.ts'],
    ['file:///app/src/b%20ook.ts', 'src/b ook.ts'],
    ['file:///home/someone/shared/book.ts', '…/book.ts'],
    ['/home/someone/shared/book.ts', '…/book.ts'],
    ['file:///application/book.ts', '…/book.ts'],
    ['webpack://shop/src/book.ts', 'src/book.ts'],
    ['webpack://_N_E/(rsc)/./src/book.ts?3f2a', 'src/book.ts'],
    ['turbopack:///[project]/app/books/route.ts', 'app/books/route.ts'],
    ['turbopack:///%5Bproject%5D/app/route.ts', 'app/route.ts'],
  ])('%s: %s', (source, name) => {
    expect(sourceName(source, '/app')).toBe(name);
  });

  test.each([
    'file:///app/node_modules/pg/lib/client.js',
    'webpack://shop/node_modules/pg/lib/client.js',
    'turbopack:///[project]/node_modules/pg/lib/client.js',
    'turbopack:///[turbopack]/shared/runtime.ts',
    'webpack://shop/webpack/bootstrap',
    'webpack://shop/external "pg"',
  ])('%s: none, it is not the program’s', (source) => {
    expect(sourceName(source, '/app')).toBeNull();
  });
});

describe('whose code stands where in a bundle', () => {
  const esbuild = [
    'var require_client = __commonJS({',
    '  "node_modules/pg/lib/client.js"(exports, module) {',
    '    client.query();',
    '  }',
    '});',
    '// node_modules/kysely/dist/index.js',
    'kysely();',
    '// src/book.ts',
    'book();',
  ].join('\n');
  const webpack = [
    '/***/ "./node_modules/pg/lib/client.js":',
    'client();',
    '/***/ "./src/book.js":',
    'book();',
    '__webpack_require__();',
  ].join('\n');

  test("esbuild's and webpack's parts are told apart", () => {
    const owners = (text: string): string[] =>
      text.split('\n').map((_, i) => new BundleParts(text).ownerOf(i + 1));
    expect([3, 7, 9].map((line) => owners(esbuild)[line - 1])).toEqual(['package', 'package', 'program']);
    expect([2, 4].map((line) => owners(webpack)[line - 1])).toEqual(['package', 'program']);
  });

  test('a plain file is the program’s, whatever its comments say', () => {
    expect(new BundleParts('// src/other.ts\n// see lib/x.js\nquery();').ownerOf(3)).toBe('program');
  });

  test.each([
    ['with the driver in it', 'class Client {\n  _pulseQueryQueue() {}\n}\nquery();'],
    ['of webpack’s without marks', 'var __webpack_require__ = {};\nquery();'],
    ['minified', `${'x();'.repeat(1000)}\nquery();`],
  ])('a bundle %s: unknown', (_, text) => {
    expect(new BundleParts(text).ownerOf(text.split('\n').length)).toBe('unknown');
  });
});
