import type { Uuid } from '../shared/uuid';
import { NUMBER_DIGITS } from './batch';
import { AUDIT_BATCH_PREFIX } from './contract';

const BATCH_NAME = new RegExp(`^(\\d{${NUMBER_DIGITS}})\\.jsonl$`);

/** Everything of one epoch is below this. */
export function epochPrefix(epoch: Uuid): string {
  return `${AUDIT_BATCH_PREFIX}${epoch}/`;
}

/** The number in a file's name, or undefined when the exporter writes no such name; numbers begin at 1. */
export function parseBatchName(name: string): number | undefined {
  const no = Number(BATCH_NAME.exec(name)?.[1] ?? 0);
  return no > 0 ? no : undefined;
}
