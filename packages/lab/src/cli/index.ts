export { addLoadCommand } from './load.ts';
export { addReplayCommand } from './replay.ts';
