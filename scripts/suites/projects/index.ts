import type { Suite } from '../suite.ts';
import { knex } from './knex.ts';
import { kysely } from './kysely.ts';
import { nodePostgres } from './node-postgres.ts';
import { objection } from './objection.ts';
import { typeorm } from './typeorm.ts';

export const SUITES: readonly Suite[] = [nodePostgres, kysely, knex, objection, typeorm];
