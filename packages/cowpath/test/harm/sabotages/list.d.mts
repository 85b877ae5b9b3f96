export interface Sabotage {
  readonly name: string;
  /** What it does to the program, in words. */
  readonly what: string;
  /** Of `packages/cowpath/src`, without ending. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
export declare const SABOTAGES: readonly Sabotage[];
