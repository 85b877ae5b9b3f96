import { describe, expect, test } from 'vitest';
import { int, isStoreError, layouts, parseLayout, refs, str, type } from '../src/index.ts';

const edition = type('/type/edition', {
  title: str(),
  authors: refs('/type/author'),
  pages: int().optional(),
});

describe('layout files', () => {
  test('the example of source 001 reads as its table says', () => {
    const layout = parseLayout(`
      # type property,datatype table
      /type/type        *            sys_*
      /type/property    *            sys_*
      /type/author      *            author_*
      /type/edition     authors, ref edition_authors_ref
      /type/edition     *            edition_*
    `);
    expect(layout.tableOf('/type/edition', 'authors', 'ref')).toBe('edition_authors_ref');
    expect(layout.tableOf('/type/edition', 'authors', 'str')).toBe('edition_str');
    expect(layout.tableOf('/type/edition', 'title', 'str')).toBe('edition_str');
    expect(layout.tableOf('/type/property', 'name', 'str')).toBe('sys_str');
    expect(layout.tableOf('/type/review', 'stars', 'int')).toBe('datum_int');
  });

  test('the first match wins', () => {
    const layout = parseLayout('* title,str titles\nedition * edition_*\n');
    expect(layout.tableOf('edition', 'title', 'str')).toBe('titles');
    expect(layout.tableOf('edition', 'title', 'int')).toBe('edition_int');
  });

  test('projections take datatypes and lists from the schema', () => {
    const layout = parseLayout('/type/edition (authors, title) listing\nindex listing (title)', {
      types: [edition],
    });
    expect(layout.projections).toEqual([
      {
        type: '/type/edition',
        table: 'listing',
        columns: [
          { property: 'authors', datatype: 'ref', list: true },
          { property: 'title', datatype: 'str', list: false },
        ],
        indexes: [['authors', 'title'], ['title']],
      },
    ]);
    expect(layout.text).toContain('/type/edition (authors:ref[], title:str) listing');
  });

  test('its text reads back as the same layout, also with odd names', () => {
    const odd = layouts.custom('"odd \\"type\\" #1" "a b",str odd_table\n"index" * index_*\n"*" x,int stars');
    expect(parseLayout(odd.text).text).toBe(odd.text);
    expect(odd.tableOf('odd "type" #1', 'a b', 'str')).toBe('odd_table');
    expect(odd.tableOf('*', 'x', 'int')).toBe('stars');
    expect(odd.tableOf('other', 'x', 'int')).toBe('datum_int');
    for (const layout of [layouts.existing(), layouts.byDatatype(), layouts.byType('/type/a', 'b/a', '/9')]) {
      expect(parseLayout(layout.text).text).toBe(layout.text);
    }
  });

  test.each([
    ['edition title titles', '1:15', 'title,str'],
    ['edition title,string titles', '1:15', '"str"'],
    ['edition title,str title*', '1:19', 'must not contain *'],
    ['edition * Edition_*', '1:11', 'small letters'],
    ['edition *', '1:10', 'end of the line'],
    ['edition * edition_* more', '1:21', '"more"'],
    ['\n\n\n\n\n\n  edition (title:str, title:str) t', '7:23', 'listed twice'],
    ['edition (title) t', '1:10', 'title:str'],
    ['edition (a:ref[], b:str[]) t', '1:1', 'at most one list'],
    ['edition (a:int,b:int,c:int,d:int,e:int,f:int,g:int) t', '1:1', 'at most 6'],
    ['edition (a:text) t', '1:10', 'text'],
    ['edition (a:str t', '1:16', 'expected )'],
    ['edition (a:str) t\nindex u (a)', '2:7', '"u"'],
    ['edition (a:str) t\nindex t (b)', '2:10', '"b"'],
    ['edition a,str t\nedition b,int t', '2:1', 'layout:1:1'],
    ['edition a,str thing', '1:1', "the store's own"],
    ['layout by-tipe a', '1:8', '"by-type"'],
    ['layout by-type', '1:15', 'a type'],
    ['edition * e_*\nlayout custom', '2:1', 'first'],
    ['layout existing\nedition * e_*', '2:1', 'takes no rules'],
    ['edition "titl,str x', '1:9', 'not closed'],
  ])('%j is refused at %s', (text, place, named) => {
    let error: unknown;
    try {
      parseLayout(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(isStoreError(error, 'STORE_LAYOUT_SYNTAX')).toBe(true);
    expect(error).toMatchObject({ path: `layout:${place}` });
    expect((error as Error).message).toContain(named);
  });
});
