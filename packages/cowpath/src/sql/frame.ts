/** An open bracket, or a VALUES list, while a text is read. */
export interface Frame {
  readonly kind: 'plain' | 'list' | 'values';
  /** The key outside of the frame. */
  readonly outer: string;
  /** Forms of element seen, with the first slot of each. */
  readonly forms: string[];
  readonly formSlots: number[];
  readonly occurrencesBefore: number;
  slotStart: number;
  occurrenceStart: number;
}

/** The frame of any bracket whose content stays as it is. */
export const PLAIN: Frame = {
  kind: 'plain',
  outer: '',
  forms: [],
  formSlots: [],
  occurrencesBefore: 0,
  slotStart: 0,
  occurrenceStart: 0,
};
