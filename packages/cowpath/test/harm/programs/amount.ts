/** How many programs CI runs, and which. */
export const PROGRAMS = 120;
export const SEED = 20261121;
