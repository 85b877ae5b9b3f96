/** The first Ctrl-C (or SIGTERM) asks for an orderly end, the second ends the process at once. */
export function onInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const handler = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
    },
  };
}

/** Exit codes: 0 done, 1 the run is incomplete or the proof failed, 2 bad input, 130 interrupted. */
export const EXIT: { readonly incomplete: 1; readonly badInput: 2; readonly interrupted: 130 } = {
  incomplete: 1,
  badInput: 2,
  interrupted: 130,
};
