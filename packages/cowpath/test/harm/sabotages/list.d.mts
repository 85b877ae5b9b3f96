export interface Sabotage {
  readonly name: string;
  /** What it does to the program, in words. */
  readonly what: string;
  /** Of `packages/cowpath/src`, without ending. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Only a program whose statements are passed over meets it. */
  readonly passedOver?: true;
}
export declare const SABOTAGES: readonly Sabotage[];
