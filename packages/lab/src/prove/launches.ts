import type { Block } from './block.ts';

/** A launch that ended before it had this share of the blocks of the longest tells too little to count as one. */
const WHOLE_SHARE_MIN = 0.5;

/** The blocks of each launch, in order, without launches that were cut short. */
export function launchesOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const launches = [...Map.groupBy(blocks, ({ launch }) => launch).values()];
  const longest = Math.max(0, ...launches.map(({ length }) => length));
  return launches.filter(({ length }) => length >= longest * WHOLE_SHARE_MIN);
}

/**
 * Launches taken together, the smallest number of neighbours that gives every cluster so many blocks; all clusters
 * alike, to one launch. One cluster of all where there is not enough for two.
 */
export function clustersOf(
  launches: readonly (readonly Block[])[],
  blocks_min: number,
): readonly (readonly Block[])[] {
  const fewest = Math.min(...launches.map(({ length }) => length));
  const together = Math.ceil(blocks_min / fewest);
  const clusters = Math.max(1, Math.floor(launches.length / together));
  const border = (i: number): number => Math.round((i * launches.length) / clusters);
  return Array.from({ length: clusters }, (_, i) => launches.slice(border(i), border(i + 1)).flat());
}
