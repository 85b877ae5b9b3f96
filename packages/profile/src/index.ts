export { ContextProfile, ProfileBuilder, type SegmentHead } from './builder.ts';
export {
  CHANNELS_VERSION,
  type ContextMessage,
  channels,
  type LoadMessage,
  listen,
  type RequestMessage,
  type TypedChannel,
} from './channels.ts';
export {
  anyContextOpened,
  BACKGROUND,
  closeContext,
  context,
  currentContext,
  currentFrame,
  isSampled,
  NAME_LENGTH_MAX,
  openContext,
  pathOf,
  runInContext,
  runInFrame,
  START_UP,
  sampleRoots,
} from './context.ts';
export {
  addEvidence,
  confirmed,
  coverage,
  EVIDENCE_COVERAGE_MIN,
  EVIDENCE_EXPLAINED_MIN,
  EVIDENCE_LOG_RATIO_MIN,
  EVIDENCE_SIGNATURES_MIN,
  mergeEvidence,
} from './evidence.ts';
export * from './format.ts';
export type { Context, Frame, Load } from './frame.ts';
export { bucketOf, Histogram, type HistogramData, lowestOf } from './histogram.ts';
export { LIMITS, OTHER } from './limits.ts';
export { runInLoad } from './load.ts';
export { addPlans } from './plan.ts';
export {
  HALF_LIFE_DAYS,
  mergeSegments,
  type Profile,
  type ReadOptions,
  readProfile,
  weightAt,
} from './read.ts';
export {
  PROFILE_FOLDER,
  type ProfileFiles,
  type ProfileProblem,
  readSegments,
  saveSegment,
  saveSegmentSync,
  segmentName,
} from './segments.ts';
export { frameKey, Sites } from './sites.ts';
export { type Observation, Step, Use } from './step.ts';
export { ProfileFormatError, parseSegment } from './validate.ts';
export {
  type Candidate,
  type ContextView,
  costOf,
  type ProfileView,
  type StepView,
  viewProfile,
} from './view.ts';
export {
  WORN_QUERY_QUANTILE,
  WORN_RULE,
  WORN_SAVING_MS_PER_RUN_MIN,
  WORN_SHARE_MIN,
  type Worn,
  type WornInput,
  wornBy,
} from './worn.ts';
