import type { HttpContexts } from '../contexts/http.ts';
import type { Guard } from '../recorder/guard.ts';
import { Capture } from './capture.ts';
import { CaptureFile } from './file.ts';
import { captureOptionsFrom } from './options.ts';
import { Redactor } from './redact.ts';

export { createCapture } from './file.ts';
export { BODY_BYTES_MAX_DEFAULT, FILE_BYTES_MAX_DEFAULT } from './options.ts';

/** Captures the requests that `http` sees, if the environment asks for it. @returns what ends it */
export function startCapture(
  env: NodeJS.ProcessEnv,
  http: HttpContexts,
  guard: Guard,
  warn: (message: string) => void,
): () => void {
  const options = captureOptionsFrom(env, warn);
  if (options === null) return () => {};
  const failed = (error: unknown): void => guard.failed('COWPATH_CAPTURE_FAILED', error);
  let capture: Capture | null = null;
  const stop = (): void => {
    http.onRequest = null;
    process.off('exit', stop);
    capture?.close();
  };
  http.onRequest = (request, response, root) => {
    try {
      // Opened with the first request: most processes of a program serve none.
      if (capture === null) {
        const { file, body_bytes_max, file_bytes_max, redact, key } = options;
        const opened = new CaptureFile(file, body_bytes_max > 0, file_bytes_max, failed);
        capture = new Capture(opened, new Redactor(key, redact), body_bytes_max, failed);
        process.on('exit', stop);
      }
      capture.onRequest(request, response, root);
    } catch (error) {
      failed(error);
      if (capture !== null) return;
      http.onRequest = null;
      warn(
        `COWPATH_CAPTURE_FAILED: requests cannot be captured to ${options.file} (${(error as Error).message}). The program goes on.`,
      );
    }
  };
  return stop;
}
