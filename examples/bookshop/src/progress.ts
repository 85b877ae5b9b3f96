/** Shows on standard error how far work is: one line rewritten on a terminal, else one line per tenth. */
export function showProgress(what: string): (done: number, total: number) => void {
  let lastTenth = 0;
  return (done, total) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${what}: ${done} of ${total}${done === total ? '\n' : ''}`);
      return;
    }
    const tenth = Math.floor((10 * done) / total);
    if (tenth > lastTenth) process.stderr.write(`${what}: ${done} of ${total}\n`);
    lastTenth = tenth;
  };
}
