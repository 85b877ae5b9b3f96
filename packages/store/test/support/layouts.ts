import { programLayout, programTypes } from '../../src/conformance/index.ts';
import { type Layout, layouts } from '../../src/index.ts';

/** Every layout that the suite runs on, by name. */
export const testLayouts: Readonly<Record<string, Layout>> = {
  existing: layouts.existing(),
  'by-datatype': layouts.byDatatype(),
  'by-type': layouts.byType(...programTypes),
  custom: layouts.custom(programLayout),
};
