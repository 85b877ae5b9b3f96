/** A driver, ORM or query builder that the matrix tests (docs/reference/orm-matrix.md). */
export interface TestedPackage {
  /** As it is installed from the registry. */
  readonly name: string;
  /** Versions taken to be like the one tested, `major.minor`: from this one, and below that one. */
  readonly from: string;
  readonly below: string;
}

/** What is tested, with the versions that its own numbering calls compatible with the one installed here. */
export const TESTED: readonly TestedPackage[] = [
  { name: 'pg', from: '8.11', below: '9.0' },
  { name: 'drizzle-orm', from: '0.45', below: '0.46' },
  { name: 'kysely', from: '0.29', below: '0.30' },
  { name: 'knex', from: '3.0', below: '4.0' },
  { name: 'objection', from: '3.0', below: '4.0' },
  { name: 'sequelize', from: '6.0', below: '7.0' },
  { name: 'typeorm', from: '1.0', below: '2.0' },
  { name: '@mikro-orm/core', from: '7.0', below: '8.0' },
  { name: '@prisma/client', from: '7.0', below: '8.0' },
];

/** Whether a version is within the range; a version that cannot be read is not. */
export function isTested({ from, below }: TestedPackage, version: string): boolean {
  const number = numberOf(version);
  return number !== null && number >= numberOf(from)! && number < numberOf(below)!;
}

/** `8.23.1-beta` as 8023: major and minor, in order. */
function numberOf(version: string): number | null {
  const parts = /^(\d{1,6})\.(\d{1,3})(?:\D|$)/.exec(version);
  return parts && Number(parts[1]) * 1000 + Number(parts[2]);
}
