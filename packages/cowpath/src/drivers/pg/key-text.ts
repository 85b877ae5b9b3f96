/** A value as a key, or undefined when it cannot be one. */
export function keyText(value: unknown, length_max: number): string | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.length <= length_max ? value : undefined;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return undefined;
}
