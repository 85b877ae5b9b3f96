/** Elements read of one array; a longer one is cut. */
const ARRAY_ELEMENTS_MAX = 100_000;

/**
 * The elements of a one-dimensional array in Postgres's text form, `{1,2,"a b",NULL}`; null for NULL. Of an array
 * of several dimensions, the elements of all, in order, as `= any(…)` and `unnest` see them. Text that is no array
 * gives none.
 */
export function arrayElements(array: string): (string | null)[] {
  const elements: (string | null)[] = [];
  // Bounds may precede: [2:3]={1,2}
  let at = array.indexOf('{');
  if (at < 0 || !/^\s*(?:(?:\[[+-]?\d+(?::[+-]?\d+)?\])+\s*=\s*)?$/.test(array.slice(0, Math.min(at, 200))))
    return elements;
  at++;
  while (at < array.length && elements.length < ARRAY_ELEMENTS_MAX) {
    const code = array.charCodeAt(at);
    // Braces, commas and white space between elements.
    if (code === 123 || code === 125 || code === 44 || code <= 32) {
      at++;
    } else if (code === 34) {
      const end = endOfQuoted(array, at);
      elements.push(array.slice(at + 1, end).replace(/\\([\s\S])/g, '$1'));
      at = end + 1;
    } else {
      const end = endOfPlain(array, at);
      const element = array.slice(at, end).trimEnd();
      elements.push(/^null$/i.test(element) ? null : element.replace(/\\([\s\S])/g, '$1'));
      at = end;
    }
  }
  return elements;
}

function endOfQuoted(array: string, at: number): number {
  for (let i = at + 1; i < array.length; i++) {
    const code = array.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) return i;
  }
  return array.length;
}

function endOfPlain(array: string, at: number): number {
  for (let i = at; i < array.length; i++) {
    const code = array.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 44 || code === 125 || code === 123) return i;
  }
  return array.length;
}
