/**
 * Errors inside the recorder reach nobody: they are counted under a code, and the first of each kind is
 * kept for `cowpath record` and the report to show.
 */
export class Guard {
  readonly counts: Map<string, number> = new Map();
  /** The first message of each code; bounded by the number of codes, which are ours. */
  readonly first: Map<string, string> = new Map();

  failed(code: string, error: unknown): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    if (this.first.has(code)) return;
    try {
      this.first.set(code, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    } catch {
      this.first.set(code, 'an error that cannot be shown');
    }
  }
}
