import { LabError } from '../errors.ts';
import { colorsFor } from '../results/colors.ts';
import { formatMs, formatRate } from '../results/numbers.ts';
import { latencyPlot } from '../results/plot.ts';
import { resultText } from '../results/text.ts';
import type { Progress, RunOutcome } from '../run/run-plan.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import { LiveLine } from './live-line.ts';

/** What a run needs from its command. */
export interface Controls {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Runs, shows how it goes, and prints the result to standard output: text and plot, or JSON. */
export async function runAndPrint(
  json: boolean,
  run: (controls: Controls) => Promise<RunOutcome>,
): Promise<void> {
  await guarded(async (signal) => {
    const live = new LiveLine();
    try {
      const { result, histogram } = await run({
        signal,
        onProgress: (progress) => live.show(progressLine(progress)),
      });
      live.clear();
      if (json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
      else {
        const plot =
          histogram.count > 0
            ? `\n\n${latencyPlot(histogram, Math.min(process.stdout.columns ?? 80, 100))}`
            : '';
        process.stdout.write(`${resultText(result, colorsFor(process.stdout))}${plot}\n`);
      }
      if (!result.complete)
        process.exitCode = result.end === 'interrupted' ? EXIT.interrupted : EXIT.incomplete;
    } finally {
      live.clear();
    }
  });
}

/** Runs an action of a command; a LabError is printed as one sentence and sets the exit code. */
export async function guarded(action: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, release } = onInterrupt();
  try {
    await action(signal);
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      process.exitCode = EXIT.interrupted;
      return;
    }
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${colorsFor(process.stderr).red('error')} ${error.code}: ${error.message}\n`);
    process.exitCode = EXIT.badInput;
  } finally {
    release();
  }
}

function progressLine(progress: Progress): string {
  const { elapsed_s, sent, planned, in_flight, failed, throughput_rps, p50_ms, p99_ms } = progress;
  const share = Number.isFinite(planned) ? `${sent}/${planned}` : `${sent}`;
  const times = Number.isNaN(p50_ms) ? 'no answers' : `p50 ${formatMs(p50_ms)}  p99 ${formatMs(p99_ms)}`;
  return `${elapsed_s.toFixed(0)} s  ${share} sent  ${in_flight} in flight  ${formatRate(throughput_rps)}  ${times}${failed > 0 ? `  ${failed} failed` : ''}`;
}
