/**
 * `node --import cowpath/register app.js`: records the program, with nothing in it changed. Where Node is
 * too old it says so once and does nothing.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 16)) {
  const { prepare, startSession } = await import('./recorder/session.ts');
  await prepare(startSession());
} else {
  process.stderr.write(
    `cowpath: COWPATH_NODE_TOO_OLD: recording needs Node 22.16 or newer, this is ${process.version}. The program runs unrecorded.\n`,
  );
}

export {};
