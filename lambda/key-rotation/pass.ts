import { planRotation, type DataKeys, type RowColumns, type RowName } from '../records/data-keys';
import type { EncryptedTable } from '../records/places';
import type { KeyClass } from '../records/ports';
import { CodedError } from '../shared/outcome';
import type { Uuid } from '../shared/uuid';
import { tablesOfClass } from './columns';
import type { Pass, PassPosition } from './next-step';
import type { RotationStore } from './ports';
import { reencrypt } from './reencrypt';

/** Rows of one batch: at 64 KiB for the longest value, some 20 MB, and locked for a few milliseconds. */
const BATCH_ROWS = 100;

/** What a pass works with. */
export interface PassPorts {
  readonly store: RotationStore;
  readonly keys: DataKeys;
  readonly nowMs: () => number;
  /** False when there is no time for another batch. */
  readonly mayGoOn: () => boolean;
}

/** How far a pass came in this run, and what it found. */
export interface PassReport {
  readonly pass: Pass;
  /** Rows. */
  readonly rewritten: number;
  /** Values that name no key. */
  readonly malformed: number;
  /** Values that name a key and do not open with it. */
  readonly unreadable: number;
}

/**
 * Brings every value of a class under the pass's key, batch by batch: 164.312(a)(2)(iv). Where it stands is kept after each batch, so that
 * a run that ends goes on from there, and a batch done twice changes nothing. A row that a user changes at that very moment is left to the
 * user, and to the next pass.
 *
 * @throws CodedError with a `KeysRefusal` when keys are not to be had, and whatever the store throws.
 */
export async function runPass(ports: PassPorts, keyClass: KeyClass, begun: Pass): Promise<PassReport> {
  const tables = tablesOfClass(keyClass);
  const startOf = (table: EncryptedTable | undefined): PassPosition | undefined => table && { table, after: undefined };
  let report: PassReport = { pass: begun, rewritten: 0, malformed: 0, unreadable: 0 };
  let position = begun.position ?? startOf(tables[0]);
  while (position && ports.mayGoOn()) {
    const { table } = position;
    const batch = await rewriteBatch(ports, keyClass, begun.keyId, position);
    position = batch.after ? { table, after: batch.after } : startOf(tables[tables.indexOf(table) + 1]);
    const { pass } = report;
    report = {
      pass: {
        ...pass,
        finished: position === undefined,
        position,
        moved: pass.moved + batch.moved,
        stuck: pass.stuck + batch.malformed + batch.unreadable,
      },
      rewritten: report.rewritten + batch.rewritten,
      malformed: report.malformed + batch.malformed,
      unreadable: report.unreadable + batch.unreadable,
    };
    await ports.store.savePass(keyClass, report.pass);
  }
  return report;
}

interface Batch extends Omit<PassReport, 'pass'> {
  /** Values under another key that do open. */
  readonly moved: number;
  readonly after: RowName | undefined;
}

async function rewriteBatch({ store, keys, nowMs }: PassPorts, keyClass: KeyClass, keyId: Uuid, position: PassPosition): Promise<Batch> {
  const { table, after } = position;
  const rows = await store.readValues(table, keyClass, after, BATCH_ROWS);
  const plan = planRotation(rows, keyId, BATCH_ROWS);
  const [found, malformed] = [countColumns(plan.rewrite), countColumns(plan.malformed)];
  if (found === 0) return { rewritten: 0, malformed, unreadable: 0, moved: 0, after: plan.after };
  const opened = await keys.open([keyClass], nowMs());
  if (opened.kind === 'refused') throw new CodedError(opened.code);
  const { changes, unreadable } = reencrypt(opened.keys, table, keyClass, rows, plan);
  const rewritten = changes.length > 0 ? await store.rewriteValues(table, keyClass, keyId, changes) : 0;
  return { rewritten, malformed, unreadable, moved: found - unreadable, after: plan.after };
}

function countColumns(rows: readonly RowColumns[]): number {
  return rows.reduce((sum, { columns }) => sum + columns.length, 0);
}
