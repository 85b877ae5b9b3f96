export { migrateEngine } from './engine.ts';
export { abortMigration, migrateLayout } from './layout.ts';
export type { MigrateOptions, MigrationReport, Progress } from './progress.ts';
