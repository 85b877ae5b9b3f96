const CONTEXT_CHARS = 30;

/**
 * Says where two bodies first part, shortly enough for a line.
 * @returns undefined when they are equal, for JSON by value
 */
export function firstDifference(a: Buffer, b: Buffer, json: boolean): string | undefined {
  if (json) {
    try {
      return jsonDifference(JSON.parse(a.toString()), JSON.parse(b.toString()), '$');
    } catch {
      // Not JSON after all.
    }
  }
  if (a.equals(b)) return undefined;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const excerpt = (bytes: Buffer): string =>
    JSON.stringify(bytes.subarray(Math.max(0, at - CONTEXT_CHARS / 2), at + CONTEXT_CHARS).toString());
  return `byte ${at} of ${a.length}, then ${b.length}: ${excerpt(a)}, then ${excerpt(b)}`;
}

function jsonDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const found = jsonDifference(a[i], b[i], `${path}[${i}]`);
      if (found) return found;
    }
    return a.length === b.length ? undefined : `${path} has ${a.length} elements, then ${b.length}`;
  }
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const where = `${path}.${key}`;
      if (!(key in a)) return `${where} is absent, then ${shown(b[key])}`;
      if (!(key in b)) return `${where} is ${shown(a[key])}, then absent`;
      const found = jsonDifference(a[key], b[key], where);
      if (found) return found;
    }
    return undefined;
  }
  return `${path} is ${shown(a)}, then ${shown(b)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > CONTEXT_CHARS * 2 ? `${text.slice(0, CONTEXT_CHARS * 2)}…` : text;
}
