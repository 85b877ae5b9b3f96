export type { ExchangeError } from './client/exchange.ts';
export { LabError, type LabErrorCode } from './errors.ts';
export type { Rule } from './plan/rules.ts';
export type { AnswerComparison, AnswerDifference } from './prove/answers.ts';
export type {
  GainRatio,
  LaunchProof,
  MeasureProof,
  Problem,
  Proof,
  RouteProof,
  RouteTimes,
  SideProof,
} from './prove/format.ts';
export type { ProveOptions, ProveProgress } from './prove/options.ts';
export { proofPage } from './prove/page/page.ts';
export type { DatabaseCounts, StatementCounts, TableCounts } from './prove/postgres.ts';
export { prove } from './prove/prove.ts';
export type { SideSource } from './prove/side.ts';
export { proofText } from './prove/text.ts';
export type { Latency, LoadResult, RouteResult } from './results/format.ts';
export { resultText } from './results/text.ts';
export { type LoadOptions, load } from './run/load.ts';
export { type ReplayOptions, replay } from './run/replay.ts';
export type { Progress, RunOptions, RunOutcome } from './run/run-plan.ts';
export type { LineAccount, MalformedLine, SkipReason, Traffic } from './traffic/builder.ts';
export {
  CAPTURE_FORMAT,
  CAPTURE_VERSION,
  type CaptureEnd,
  type CaptureHeader,
  type CaptureRequest,
  REDACTED,
} from './traffic/capture-format.ts';
export { type ReadLogOptions, readLog } from './traffic/read-log.ts';
export type { RecordedRequest } from './traffic/request.ts';
