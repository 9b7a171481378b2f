/** Clocks of the regulation, then the gates that this project sets itself. */
export const CLOCK_IDS = [
  'individuals',
  'media',
  'secretary',
  'covered_entity',
  'contain',
  'officers',
  'scope',
  'assessment',
  'drafts',
  'executive',
] as const;

/** One of {@link CLOCK_IDS}. */
export type ClockId = (typeof CLOCK_IDS)[number];
