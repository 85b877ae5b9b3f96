import type { TrafficBuilder } from './builder.ts';
import { CaptureReader } from './capture.ts';
import { CAPTURE_FORMAT } from './capture-format.ts';
import { looksLikeClf, readClfLine } from './clf.ts';
import { readHar } from './har.ts';
import { readJsonLine } from './json-lines.ts';

/** A format of logs. `whole` formats are one document, the others are read line by line. */
export type LogFormat = {
  readonly name: string;
  /** Whether the first lines of a file (never empty, blank ones left out) are of this format. */
  matches(first: readonly string[]): boolean;
} & (
  | { readonly whole: true; read(document: string, builder: TrafficBuilder): void }
  | { readonly whole: false; readonly encoding: 'latin1' | 'utf8'; open(): LineReader }
);

type LineReader = (text: string, line: number, builder: TrafficBuilder) => void;

/** In the order in which they are tried; each names what sets it apart from those after it. */
export const LOG_FORMATS: readonly LogFormat[] = [
  {
    name: 'capture',
    matches: ([first]) =>
      first!.startsWith('{') && new RegExp(`"format"\\s*:\\s*"${CAPTURE_FORMAT}"`).test(first!),
    whole: false,
    encoding: 'utf8',
    open: () => {
      const reader = new CaptureReader();
      return (text, line, builder) => reader.readLine(text, line, builder);
    },
  },
  {
    name: 'har',
    matches: (first) => /^\s*\{\s*"log"\s*:\s*\{/.test(first.join('\n')),
    whole: true,
    read: readHar,
  },
  {
    name: 'json-lines',
    matches: (first) => first.some((line) => line.startsWith('{')),
    whole: false,
    encoding: 'utf8',
    open: () => readJsonLine,
  },
  {
    name: 'clf',
    matches: (first) => first.some(looksLikeClf),
    whole: false,
    encoding: 'latin1',
    open: () => readClfLine,
  },
];
