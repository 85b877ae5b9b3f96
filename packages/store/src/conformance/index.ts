export type { ConformanceCase, ConformanceSetup } from './case.ts';
export { conformance } from './cases.ts';
export { programLayout, programTypes } from './generate.ts';
export { compareAll, runConcurrent, runProgram } from './programs.ts';
