export { buildReport } from './build.ts';
export { reportJson } from './json.ts';
export * from './model.ts';
export { clean, paintOf, type Screen } from './screen.ts';
export { reportLines } from './text.ts';
