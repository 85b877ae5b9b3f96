import type { ReportStep } from './model.ts';
import { clean, cut, widthOf } from './screen.ts';
import { counted } from './units.ts';

/** `from src/pages/book.ts:31 loadReviews (and 2 other places)`; null where no place is known. */
export function siteText({ sites, sites_unknown_share }: ReportStep, width: number): string | null {
  const [site] = sites;
  if (site === undefined) return null;
  const name = site.function === null ? '' : ` ${clean(site.function)}`;
  const said = restText(sites.length - 1, sites_unknown_share > 0);
  const whole = `from ${clean(site.file)}:${site.line}${name}${said}`;
  if (widthOf(whole) <= width) return whole;
  // The line is what is looked for: what stands around it gives way first.
  const short = `from ${clean(site.file)}:${site.line}`;
  return widthOf(short) <= width ? cut(whole, width) : `…${tail(short, width - 1)}`;
}

function restText(others: number, unknown: boolean): string {
  const parts = [
    ...(others > 0 ? [counted(others, 'other place')] : []),
    ...(unknown ? ['unknown places'] : []),
  ];
  return parts.length > 0 ? ` (and ${parts.join(' and ')})` : '';
}

/** The end of a text, at most `width` columns of it. */
function tail(text: string, width: number): string {
  let kept = text;
  while (widthOf(kept) > width && kept !== '') kept = kept.slice(1);
  return kept;
}
