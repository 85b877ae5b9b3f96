export { SiteFinder } from './finder.ts';
export { SITE_LIMITS } from './limits.ts';
export { SiteSampler } from './sampler.ts';
export { type CapturedStack, captureStack } from './stack.ts';
