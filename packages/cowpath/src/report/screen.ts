import pc from 'picocolors';
import stringWidth from 'string-width';

/** Where a report is written to. */
export interface Screen {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
}

/** Styles; each gives its text back unchanged where there is no colour. */
export interface Paint {
  readonly title: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly alarm: (text: string) => string;
  readonly plain: (text: string) => string;
}

export function paintOf(colour: boolean): Paint {
  const colours = pc.createColors(colour);
  return { title: colours.bold, quiet: colours.dim, alarm: colours.yellow, plain: (text) => text };
}

/**
 * Characters that a name must not bring to a terminal or a line of text: control characters, invisible
 * ones, those that turn the direction of writing, and halves of pairs.
 */
const HOSTILE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** A text from the profile with such characters shown as `\u{1b}`. */
export function clean(text: string): string {
  return text.replace(HOSTILE, (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`);
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** Cut to `width` columns, with `…` where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Words over lines of at most `width` columns; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  return flow(
    text.split(' ').filter((word) => word !== ''),
    ' ',
    width,
  );
}

/** Parts over lines, `gap` between them; a part is never split. */
export function flow(parts: readonly string[], gap: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}${gap}${part}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = part;
    } else {
      line = longer;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
