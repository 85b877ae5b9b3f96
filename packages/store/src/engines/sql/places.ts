import type { Datatype, Scalar } from '../../model/datatypes.ts';
import { type Document, type DocumentValue, tagged, untagged } from '../../model/document.ts';

/** A value with its exact place in the document, from which the document is built again. */
export interface Placed {
  /** JSON of the names and list positions on the way: `["authors",0,"role"]`. */
  readonly place: string;
  readonly name: string;
  /** A list or object without elements has a row of its own. */
  readonly datatype: Datatype | 'list' | 'object';
  readonly value: Scalar | null;
  readonly ordering: number | null;
}

export function placesOf(document: Document): Placed[] {
  const placed: Placed[] = [];
  const positions = new Map<string, number>();
  const visit = (
    value: DocumentValue,
    place: readonly (string | number)[],
    name: string,
    inList: boolean,
  ): void => {
    const leaf = untagged(value);
    if (leaf === undefined) {
      const inner: [string | number, DocumentValue][] = Array.isArray(value)
        ? [...value.entries()]
        : Object.entries(value as Document);
      const list = Array.isArray(value);
      if (inner.length === 0) {
        placed.push({
          place: JSON.stringify(place),
          name,
          datatype: list ? 'list' : 'object',
          value: null,
          ordering: null,
        });
      }
      for (const [step, nested] of inner) {
        visit(nested, [...place, step], list ? name : `${name}.${step}`, inList || list);
      }
      return;
    }
    let ordering: number | null = null;
    if (inList) {
      ordering = positions.get(name) ?? 0;
      positions.set(name, ordering + 1);
    }
    placed.push({ place: JSON.stringify(place), name, ...leaf, ordering });
  };
  for (const [name, value] of Object.entries(document)) visit(value, [name], name, false);
  return placed;
}

/** The document whose places these are, in any order of rows. */
export function documentOf(placed: Iterable<Pick<Placed, 'place' | 'datatype' | 'value'>>): Document {
  const document: Document = {};
  for (const { place, datatype, value } of placed) {
    const steps = JSON.parse(place) as (string | number)[];
    let parent = document as Record<string | number, DocumentValue>;
    for (const [i, step] of steps.entries()) {
      if (i === steps.length - 1) {
        parent[step] = datatype === 'list' ? [] : datatype === 'object' ? {} : tagged(datatype, value!);
        break;
      }
      if (!Object.hasOwn(parent, step)) parent[step] = typeof steps[i + 1] === 'number' ? [] : {};
      parent = parent[step] as unknown as Record<string | number, DocumentValue>;
    }
  }
  return document;
}
