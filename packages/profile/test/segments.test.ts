import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  FORMAT_VERSION,
  mergeSegments,
  ProfileBuilder,
  ProfileFormatError,
  parseSegment,
  readProfile,
  readSegments,
  type Segment,
  saveSegment,
  saveSegmentSync,
  segmentName,
} from '../src/index.ts';
import { CERTAIN, head, origin, reference } from './support.ts';

const base = mkdtempSync(join(tmpdir(), 'cowpath-segments-'));
let folder = '';
let n = 0;
beforeEach(() => {
  folder = join(base, `${n++}`);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function small(program = 'p'): Segment {
  const builder = new ProfileBuilder();
  const context = builder.context(['GET /books']);
  context.ran(5_000_000);
  const book = builder.origin(context, origin('book'));
  const step = builder.follow(context, book, reference('book', 'author'));
  step
    .use(['GET /books'])
    .observe({ queries: 1, objects: 1, repeats: 0, failed: 0, time_ns: 900, wait_ns: 3 });
  step.addEvidence(CERTAIN);
  return builder.toSegment(head({ program }));
}

const fixture = join(import.meta.dirname, 'fixtures/version-1.cowpath.json');

describe('the file format, version 1', () => {
  test('a file that was written when it was made is still read, field by field', () => {
    const segment = parseSegment(readFileSync(fixture, 'utf8'));
    expect(segment).toMatchObject({
      format: 'cowpath-profile',
      version: 1,
      program: 'bookshop',
      node: 'v24.9.0',
      pid: 4711,
      thread: 0,
      notes: { COWPATH_STATEMENTS_OPAQUE: 1 },
    });
    const merged = mergeSegments([segment], { now_ms: segment.to_ms });
    const context = merged.context(['GET /books']);
    expect(context.runs).toBe(2);
    expect([...context.trails.values()].map((step) => step.origin?.kind)).toEqual([
      'query',
      'created',
      'write',
      'named',
      'opaque',
    ]);
    const [book] = context.trails.values();
    const [author] = book!.children.values();
    expect(author!.use(['GET /books']).toRecord()).toMatchObject({ queries: 100, objects: 100, roots: 2 });
    expect(author!.plan!.root.children[0]!.relation).toBe('author');
    expect(merged.statements.get('v1:00000000000000aa')).toBe('select * from book order by title limit $1');
  });

  test('is written as it was then: read and written again, the file is the same', () => {
    const text = readFileSync(fixture, 'utf8');
    const segment = parseSegment(text);
    const { program, node, pid, thread, from_ms, to_ms } = segment;
    const again = mergeSegments([segment], { now_ms: segment.to_ms }).toSegment({
      program,
      node,
      pid,
      thread,
      from_ms,
      to_ms,
    });
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(text));
  });

  test('fields that a later writer of this version adds are ignored', () => {
    const segment = { ...small(), invented: { later: true } };
    expect(parseSegment(JSON.stringify(segment))).toMatchObject({ program: 'p' });
  });
});

describe('saving', () => {
  test.each([
    ['saveSegment', saveSegment],
    ['saveSegmentSync', saveSegmentSync],
  ])('%s: only the owner may look, nothing temporary stays', async (_, save) => {
    const name = segmentName(head());
    await save(folder, name, small());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([name]);
    expect(parseSegment(readFileSync(join(folder, name), 'utf8'))).toEqual(small());
  });

  test.each([
    ['saveSegment', saveSegment],
    ['saveSegmentSync', saveSegmentSync],
  ])('%s replaces the file in one step: a reader sees the old or the new one', async (_, save) => {
    const name = segmentName(head());
    await save(folder, name, small('old'));
    const { ino } = statSync(join(folder, name));
    await save(folder, name, small('new'));
    // Another file took the name; the one that a reader may have open is untouched.
    expect(statSync(join(folder, name)).ino).not.toBe(ino);
    expect(readProfile(folder).programs).toEqual(['new']);
  });

  test.each([
    ['saveSegment', saveSegment],
    ['saveSegmentSync', saveSegmentSync],
  ])('%s that fails leaves the old file and no other', async (_, save) => {
    mkdirSync(folder, { recursive: true });
    const name = segmentName(head());
    // A folder that is not empty stands where the file should go: the rename fails.
    mkdirSync(join(folder, name, 'in the way'), { recursive: true });
    await expect((async () => save(folder, name, small()))()).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('fails where a file stands in place of the folder', async () => {
    writeFileSync(folder, 'a file');
    await expect(saveSegment(folder, 'x.cowpath.json', small())).rejects.toThrow();
    expect(() => saveSegmentSync(folder, 'x.cowpath.json', small())).toThrow();
    expect(readFileSync(folder, 'utf8')).toBe('a file');
  });

  test('names are unique, sort by time and end as profiles do', () => {
    const names = [0, 1e12, 2e12].map((from_ms) => segmentName(head({ from_ms })));
    expect([...names].sort()).toEqual(names);
    expect(new Set(Array.from({ length: 1000 }, () => segmentName(head()))).size).toBe(1000);
    expect(names[0]).toMatch(/^19700101T000000-1-0-[0-9a-f]{8}\.cowpath\.json$/);
  });
});

describe('reading a folder', () => {
  test('that is not there says what to do', () => {
    expect(() => readSegments(folder)).toThrow(
      expect.objectContaining({
        code: 'COWPATH_NO_PROFILE',
        message: expect.stringContaining('cowpath record'),
      }),
    );
  });

  test('merges what several wrote, and leaves other files alone', () => {
    saveSegmentSync(folder, 'a.cowpath.json', small('a'));
    saveSegmentSync(folder, 'b.cowpath.json', small('b'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(folder, 'c.cowpath.json.tmp'), '{"half');
    const profile = readProfile(folder);
    expect(profile).toMatchObject({ segments: 2, programs: ['a', 'b'], problems: [] });
    expect(existsSync(join(folder, 'c.cowpath.json.tmp'))).toBe(true);
  });

  test('a single file is a profile too', () => {
    saveSegmentSync(folder, 'a.cowpath.json', small('a'));
    expect(readProfile(join(folder, 'a.cowpath.json')).programs).toEqual(['a']);
  });

  test('an empty one is an empty profile', () => {
    mkdirSync(folder);
    expect(readProfile(folder)).toMatchObject({ segments: 0, from_ms: 0, to_ms: 0, problems: [] });
  });

  test('files that cannot be read are named, and hide no other', () => {
    saveSegmentSync(folder, 'good.cowpath.json', small('good'));
    mkdirSync(join(folder, 'folder.cowpath.json'));
    writeFileSync(join(folder, 'empty.cowpath.json'), '');
    writeFileSync(join(folder, 'foreign.cowpath.json'), '{"nodes": [], "samples": []}');
    writeFileSync(join(folder, 'list.cowpath.json'), '[]');
    const newer = { ...small(), version: FORMAT_VERSION + 1, contexts: 'of another kind' };
    writeFileSync(join(folder, 'newer.cowpath.json'), JSON.stringify(newer));
    writeFileSync(join(folder, 'older.cowpath.json'), JSON.stringify({ ...small(), version: 0 }));
    const { programs, problems } = readProfile(folder);
    expect(programs).toEqual(['good']);
    const short = problems.map(({ file, code, where }) => [file.slice(folder.length + 1), code, where]);
    expect(short).toEqual([
      ['empty.cowpath.json', 'COWPATH_PROFILE_DAMAGED', 'byte 0'],
      ['folder.cowpath.json', 'EISDIR', null],
      ['foreign.cowpath.json', 'COWPATH_PROFILE_FOREIGN', 'format'],
      ['list.cowpath.json', 'COWPATH_PROFILE_FOREIGN', 'format'],
      ['newer.cowpath.json', 'COWPATH_PROFILE_NEWER', 'version'],
      ['older.cowpath.json', 'COWPATH_PROFILE_DAMAGED', 'version'],
    ]);
    for (const { file, message } of problems) expect(message).toContain(file);
  });
});

describe('a damaged file', () => {
  const text = JSON.stringify(small());

  /** Either it is still a valid segment (a digit changed), or the error says where it is not. */
  function check(damaged: string): 'read' | 'refused' {
    try {
      parseSegment(damaged);
      return 'read';
    } catch (error) {
      if (!(error instanceof ProfileFormatError)) throw error;
      expect(error.where).toMatch(/^byte \d+$|^[a-z_]+(\.[A-Za-z_]+|\[\d+\])*$|^the file$/);
      expect(error.message).toContain(
        error.where.startsWith('byte') ? error.where : error.where.split('.')[0]!,
      );
      const byte = /^byte (\d+)$/.exec(error.where);
      if (byte) expect(Number(byte[1])).toBeLessThanOrEqual(Buffer.byteLength(damaged));
      return 'refused';
    }
  }

  test('cut at any byte is refused, with the place', () => {
    for (let i = 0; i < text.length; i++) expect(check(text.slice(0, i)), `cut at ${i}`).toBe('refused');
    expect(check(text)).toBe('read');
  });

  test.each([['\u0000'], ['x'], ['9'], ['"'], ['{'], [']'], [','], ['-'], ['é']])(
    'with any byte replaced by %j never throws anything else',
    (byte) => {
      let refused = 0;
      for (let i = 0; i < text.length; i++) {
        if (check(text.slice(0, i) + byte + text.slice(i + 1)) === 'refused') refused++;
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  test('with any byte left out never throws anything else', () => {
    for (let i = 0; i < text.length; i++) check(text.slice(0, i) + text.slice(i + 1));
  });

  test('the place counts bytes, not characters', () => {
    const broken = `{"format": "ééé" x}`;
    expect(() => parseSegment(broken)).toThrow(
      expect.objectContaining({ where: `byte ${Buffer.byteLength('{"format": "ééé" ')}` }),
    );
  });

  const trail = 'contexts[0].trails[0]';
  test.each<[where: string, value: unknown, put?: string]>([
    ['contexts[0].runs', -1],
    ['contexts[0].path', []],
    ['contexts[0].wall.n', 'many'],
    ['contexts[0].wall.b', [1]],
    ['contexts[0].wall.b[0]', 1e9],
    ['contexts[0].wall.b[0]', 1.5],
    ['contexts[0].wall.b[2]', [7, 1, 7, 1], 'contexts[0].wall.b'],
    [`${trail}.origin`, null],
    [`${trail}.origin.kind`, 'toString'],
    [`${trail}.origin.entity.table`, undefined],
    [`${trail}.depth`, null],
    [`${trail}.children[0].reference`, null],
    [`${trail}.children[0].reference.holder`, 'nobody'],
    [`${trail}.children[0].uses[0].place`, 'a'],
    [`${trail}.children[0].evidence.log_ratio`, null],
    ['notes.X', 'often'],
    ['to_ms', undefined],
    ['statements[0].text', [{ hash: 'v1:0' }], 'statements'],
  ])('names the field %s', (where, value, put = where) => {
    const segment = structuredClone(small());
    const names = put.split(/[.[\]]+/).filter((name) => name !== '');
    const last = names.pop()!;
    let at = segment as unknown as Record<string, unknown>;
    for (const name of names) at = at[name] as Record<string, unknown>;
    at[last] = value;
    expect(() => parseSegment(JSON.stringify(segment))).toThrow(
      expect.objectContaining({ code: 'COWPATH_PROFILE_DAMAGED', where }),
    );
  });

  test('nested without end is refused like any other', () => {
    const deep = `${'{"children":['.repeat(100_000)}${']}'.repeat(100_000)}`;
    const nested = text.replace('"children":[', `"children":[${deep},`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'deep.cowpath.json'), nested);
    saveSegmentSync(folder, 'good.cowpath.json', small('good'));
    const { programs, problems } = readProfile(folder);
    expect(programs).toEqual(['good']);
    expect(problems).toHaveLength(1);
  });
});

describe('times that are none', () => {
  test.each([
    ['from_ms', 1e300],
    ['to_ms', 8.64e15 + 1],
  ])('%s %s is damage, and hides no other file', (field, value) => {
    saveSegmentSync(folder, 'a.cowpath.json', small('a'));
    saveSegmentSync(folder, 'b.cowpath.json', { ...small('b'), [field]: value });
    const { programs, problems } = readProfile(folder);
    expect(programs).toEqual(['a']);
    expect(problems).toMatchObject([{ code: 'COWPATH_PROFILE_DAMAGED', where: field }]);
  });

  test('the latest that is one can be read', () => {
    saveSegmentSync(folder, 'a.cowpath.json', { ...small('a'), from_ms: 8.64e15, to_ms: 8.64e15 });
    expect(new Date(readProfile(folder).to_ms).getTime()).toBe(8.64e15);
  });
});
