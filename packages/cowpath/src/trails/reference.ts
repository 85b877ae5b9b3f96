import type { EntityName, Reference } from '@cowpath/profile';
import type { Key, Table } from '../catalog/catalog.ts';
import type { Asked } from './resolve.ts';

/**
 * The reference by which values of `from` lead to rows found by `asked`; null when they do not mean the
 * same rows.
 */
export function referenceBetween(
  from: Key,
  asked: Asked,
  entity: (table: Table) => EntityName,
): Reference | null {
  for (const ask of asked.key.domains) {
    const own = from.domains.find((domain) => domain.id === ask.id);
    if (!own) continue;
    if (asked.through !== null && own.own && ask.own) {
      const { from: owner, to } = asked.through;
      return referenceBetween(owner, { key: to, slots: [], to: asked.to, via: null, through: null }, entity);
    }
    return {
      from: entity(from.table),
      from_columns: from.columns,
      to: entity(asked.to),
      to_columns: asked.key.columns,
      via: asked.via === null ? null : entity(asked.via),
      holder: own.own ? (ask.own ? 'neither' : 'to') : ask.own ? 'from' : 'both',
      many: asked.via !== null || !asked.key.unique,
      known_by: own.declared && ask.declared ? 'foreign-key' : 'inferred',
      or_columns: [],
    };
  }
  return null;
}
