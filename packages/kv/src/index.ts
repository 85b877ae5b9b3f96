export { type ClientOptions, KvClient, type KvEntry } from './client/client.ts';
export { KvError, type KvErrorCode, KvOptionError } from './contract/errors.ts';
export { compareKeys } from './contract/keys.ts';
export { KEY_BYTES_MAX, VALUE_BYTES_MAX } from './contract/limits.ts';
export {
  type Durability,
  type Engine,
  type EngineHealth,
  type EngineStats,
  type EngineSupports,
  type Entry,
  type EntryCursor,
  NOT_TEXT,
  type OperationTimes,
  RANGE_BATCH_BYTES,
} from './engine/engine.ts';
export { openLevelDb } from './engine/leveldb/leveldb-engine.ts';
export type { LevelDbOptions } from './engine/leveldb/options.ts';
export { openMemory } from './engine/memory/memory-engine.ts';
export type { ServerOptions } from './http/options.ts';
export { type KvServer, serve } from './http/server.ts';
export type { ServiceStatus } from './http/status.ts';
