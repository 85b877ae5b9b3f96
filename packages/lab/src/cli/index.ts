export { addLoadCommand } from './load.ts';
export { addProveCommand } from './prove.ts';
export { addReplayCommand } from './replay.ts';
