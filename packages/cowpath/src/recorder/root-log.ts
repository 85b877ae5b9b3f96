import type { Context } from '@cowpath/profile';
import { RootTrails } from '../trails/root-trails.ts';
import type { Observed } from './observed.ts';

/** The finished statements of one root context, until they are analysed, and what is known of its trails so far. */
export class RootLog {
  readonly root: Context;
  readonly trails: RootTrails;
  finished: Observed[] = [];
  /** Statements begun and not yet finished. */
  underWay = 0;
  /** In the recorder's queue for analysis. */
  queued = false;
  /** Contexts under this root that have closed and whose run has not been counted yet. */
  closed: Context[] = [];
  /** The name that it opened with. */
  readonly openedAs: string;
  /** `performance.now()` of the last statement or close. */
  touchedAt = 0;

  constructor(root: Context, weight: number) {
    this.root = root;
    this.openedAs = root.name;
    this.trails = new RootTrails(weight);
  }
}
