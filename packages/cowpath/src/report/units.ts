/** Counts and times as a person reads them. Every figure of the text report is made here. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `1,204`, `50`, `2.5`, `0.3`, `<0.1`: whole from 10 on. */
export function count(n: number): string {
  if (n > 0 && n < 0.05) return '<0.1';
  return (n < 9.95 ? ONE_DECIMAL : WHOLE).format(n);
}

/** `1 query`, `50 queries`. */
export function counted(n: number, one: string, many: string = `${one}s`): string {
  const text = count(n);
  return `${text} ${text === '1' ? one : many}`;
}

/** `210 µs`, `13.9 ms`, `418 ms`, `2.31 s`, `12.4 min`, `3.2 h`. */
export function time(ms: number): string {
  if (ms < 0.9995) return `${WHOLE.format(ms * 1000)} µs`;
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const s = ms / 1000;
  if (s < 9.995) return `${s.toFixed(2)} s`;
  if (s < 99.95) return `${s.toFixed(1)} s`;
  if (s < 5999.5) return `${(s / 60).toFixed(1)} min`;
  return `${ONE_DECIMAL.format(s / 3600)} h`;
}

/** `61 %`, `4.2 %`, `<0.1 %`. */
export function percent(share: number): string {
  const of100 = share * 100;
  if (of100 > 0 && of100 < 0.05) return '<0.1 %';
  return `${of100 < 9.95 ? ONE_DECIMAL.format(of100) : WHOLE.format(of100)} %`;
}

/** `2026-11-21 09:20`, in UTC. */
export function moment(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
