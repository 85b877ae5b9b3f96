import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../src/prove/first-difference.ts';

describe('firstDifference', () => {
  it.each([
    ['{"a":1,"b":[1,2]}', '{"b":[1,2],"a":1}', undefined],
    ['{"a":{"b":[1,2]}}', '{"a":{"b":[1,3]}}', '$.a.b[1] is 2, then 3'],
    ['[1,2,3]', '[1,2]', '$ has 3 elements, then 2'],
    ['{"a":1}', '{"a":1,"b":null}', '$.b is absent, then null'],
    ['{"a":null}', '{}', '$.a is null, then absent'],
    ['{"a":"1"}', '{"a":1}', '$.a is "1", then 1'],
    ['{"a":[]}', '{"a":{}}', '$.a is [], then {}'],
  ])('of %s and %s as JSON is %s', (a, b, expected) => {
    expect(firstDifference(Buffer.from(a), Buffer.from(b), true)).toBe(expected);
  });

  it('shows the place where other bodies part', () => {
    expect(firstDifference(Buffer.from('<p>one</p>'), Buffer.from('<p>two</p>'), false)).toBe(
      'byte 3 of 10, then 10: "<p>one</p>", then "<p>two</p>"',
    );
    expect(firstDifference(Buffer.from('not json'), Buffer.from('not json'), true)).toBeUndefined();
    expect(firstDifference(Buffer.from('abc'), Buffer.from('abcd'), false)).toContain('byte 3 of 3, then 4');
  });
});
