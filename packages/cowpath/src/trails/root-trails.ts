import type { Reference, Step } from '@cowpath/profile';
import type { Group } from './group.ts';
import type { NumberSet } from './number-set.ts';
import type { Source } from './source.ts';

/** A finished statement whose rows are not known to the timeline yet. */
export interface Arriving {
  readonly at: number;
  readonly admit: () => void;
}

/** What is known of the trails of one root context: in memory only, dropped when the root is forgotten. */
export class RootTrails {
  /**
   * How many runs this one stands for: those of its name that were not followed, and itself. Its statements may stand
   * for more (`Observed.weight`): of a run that is itself followed in stretches.
   */
  readonly weight: number;
  /** By database and domain: the columns in which values of it have come. */
  readonly sources: Map<string, Source[]> = new Map();
  readonly groups: Map<string, Group> = new Map();
  /** One object for each reference, so that references are compared by identity. */
  readonly references: Map<string, Reference | null> = new Map();
  /** Different reads remembered in its groups, to count identical ones. */
  readCount = 0;
  /** Distinct keys of each step, while the profile's current segment lasts. */
  keys: Map<Step, NumberSet> = new Map();
  arriving: Arriving[] = [];
  sourceCount = 0;
  valueCount = 0;

  constructor(weight: number) {
    this.weight = weight;
  }

  /** The profile has moved on to a new segment: nothing of the old one is held. */
  letGoOfSteps(): void {
    this.keys.clear();
    for (const { originNode } of this.groups.values()) originNode?.letGoOfSteps();
  }

  clear(): void {
    this.sources.clear();
    this.groups.clear();
    this.references.clear();
    this.readCount = 0;
    this.keys.clear();
    this.arriving = [];
    this.sourceCount = 0;
    this.valueCount = 0;
  }
}
