import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  boolean,
  type Collection,
  datetime,
  float,
  type Infer,
  int,
  isStoreError,
  object,
  oneOf,
  openStore,
  ref,
  refs,
  str,
  text,
  type,
  url,
} from '../src/index.ts';

const author = type('author', { name: str({ minLength: 1 }) });
const edition = type('edition', {
  title: str({ maxLength: 40 }),
  authors: refs('author'),
  pages: int({ min: 1 }).optional(),
  rating: float().optional(),
  printed: boolean().optional(),
  published: datetime().optional(),
  home: url().optional(),
  blurb: text().optional(),
  sequel: ref('edition').optional(),
  binding: oneOf('hard', 'soft').optional(),
  size: object({ width: float(), unit: str() }).optional(),
  roles: object({ role: str(), pages: int().list().optional() }).list().optional(),
});

describe('types from the schema', () => {
  test('are those of the values', () => {
    expectTypeOf<Infer<typeof author>>().toEqualTypeOf<{ name: string }>();
    expectTypeOf<Infer<typeof edition>>().toEqualTypeOf<{
      title: string;
      authors: string[];
      pages?: number;
      rating?: number;
      printed?: boolean;
      published?: Date;
      home?: string;
      blurb?: string;
      sequel?: string;
      binding?: 'hard' | 'soft';
      size?: { width: number; unit: string };
      roles?: { role: string; pages?: number[] }[];
    }>();
  });

  test('guard collections', () => {
    type Books = Collection<typeof edition>;
    expectTypeOf<Parameters<Books['create']>[1]>().toEqualTypeOf<Infer<typeof edition>>();
    // @ts-expect-error a required property is missing
    const missing: Infer<typeof edition> = { title: 'a' };
    // @ts-expect-error a property has the wrong type
    const wrong: Infer<typeof edition> = { title: 'a', authors: [], pages: 'many' };
    // @ts-expect-error a required property cannot be taken away
    const patch: Parameters<Books['update']>[1] = { title: null };
    expect([missing, wrong, patch]).toHaveLength(3);
  });
});

describe('a collection', () => {
  test('gives back natural values', async () => {
    await using store = await openStore({ types: [author, edition] });
    const authors = store.collection(author);
    const editions = store.collection(edition);
    await authors.create('/a/1', { name: 'Ann' });
    const values: Infer<typeof edition> = {
      title: 'Foo',
      authors: ['/a/1'],
      pages: 3,
      rating: 4,
      printed: true,
      published: new Date('2020-01-01'),
      home: 'https://example.org/',
      blurb: 'long',
      binding: 'hard',
      size: { width: 2, unit: 'cm' },
      roles: [{ role: 'x', pages: [1, 2] }],
    };
    await editions.create('/b/1', values);
    expect((await editions.get('/b/1'))!.values).toEqual(values);
    await editions.update('/b/1', { pages: 4, rating: null });
    expect((await editions.get('/b/1'))!.values).toEqual({ ...values, pages: 4, rating: undefined });
    const found = await editions.find([{ name: 'authors.name', op: '=', value: 'Ann' }], { sort: '-rating' });
    expect(found.items.map(({ key }) => key)).toEqual(['/b/1']);
    expect(await editions.count([{ name: 'rating', op: '=', value: 4 }])).toBe(0);
  });

  test('patches from many writers all arrive', async () => {
    await using store = await openStore({ types: [author, edition] });
    const editions = store.collection(edition);
    await editions.create('/b/1', { title: 'Foo', authors: [] });
    await Promise.all([
      editions.update('/b/1', { pages: 1 }),
      editions.update('/b/1', { rating: 2 }),
      editions.update('/b/1', { printed: true }),
    ]);
    expect((await editions.get('/b/1'))!.values).toEqual({
      title: 'Foo',
      authors: [],
      pages: 1,
      rating: 2,
      printed: true,
    });
  });
});

describe('validation by the schema', () => {
  test.each([
    [{ authors: [] }, 'title', 'missing'],
    [{ title: 'x'.repeat(41), authors: [] }, 'title', 'at most 40'],
    [{ title: 'x', authors: [{ $ref: '/a/1' }, 'x'] }, 'authors[1]', 'must be ref'],
    [{ title: 'x', authors: 'x' }, 'authors', 'list'],
    [{ title: 'x', authors: [], pages: 0 }, 'pages', 'at least 1'],
    [{ title: 'x', authors: [], pages: 1.5 }, 'pages', 'must be int'],
    [{ title: 'x', authors: [], page: 1 }, 'page', '"pages"'],
    [{ title: 'x', authors: [], binding: 'sof' }, 'binding', '"soft"'],
    [{ title: 'x', authors: [], size: { unit: 'cm' } }, 'size.width', 'missing'],
    [{ title: 'x', authors: [], roles: [{ role: 'a' }, { role: 1 }] }, 'roles[1].role', 'must be str'],
    [{ title: 'x', authors: [{ $ref: '/b/0' }] }, '/b/1: authors[0]', '"author"'],
  ])('%j names %s', async (properties, path, named) => {
    await using store = await openStore({ types: [author, edition] });
    await store.create('/a/1', { type: 'author', name: 'Ann' });
    await store.create('/b/0', { type: 'edition', title: 'x', authors: [] });
    const error = await store
      .create('/b/1', { ...(properties as object), type: 'edition' })
      .catch((it: unknown) => it);
    expect(isStoreError(error, 'STORE_SCHEMA')).toBe(true);
    expect(error).toMatchObject({ path });
    expect((error as Error).message).toContain(named);
    expect(await store.get('/b/1')).toBeUndefined();
  });

  test('holds for updates, and the thing stays as it was', async () => {
    await using store = await openStore({ types: [author] });
    await store.create('/a/1', { type: 'author', name: 'Ann' });
    const error = await store.update('/a/1', [{ action: 'delete', name: 'name' }]).catch((it: unknown) => it);
    expect(isStoreError(error, 'STORE_SCHEMA')).toBe(true);
    expect((await store.get('/a/1'))!.revision).toBe(1);
  });
});
