import type { WriteStream } from 'node:tty';
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, none for a pipe or a file; NO_COLOR and FORCE_COLOR are heeded. */
export function colorsFor(stream: NodeJS.WriteStream | WriteStream): Colors {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = Boolean(FORCE_COLOR) && FORCE_COLOR !== '0';
  return picocolors.createColors(forced || (stream.isTTY === true && !NO_COLOR));
}
