import { createHash } from 'node:crypto';
import { newUuid, type Uuid } from '../../shared/uuid';
import { openKeys, pathId, type Call, type Operation, type OperationOutcome, type Tools } from '../call';
import type { RecordCipher } from '../field-crypto';
import type { FieldOf, Resource } from '../policy';
import type { SqlRow, SqlValue } from '../ports';
import { cipherOf, keyClassesOf, toColumn } from '../record-values';
import { execute, type Executed } from '../statement';
import { rowId } from './reading';

/** What makes a repetition of a creation harmless: the client's key and a digest of what it asked for; both null without a key. */
export function claimOf({ idempotencyKey, body }: Call): readonly [Uuid | null, Uint8Array | null] {
  if (idempotencyKey === undefined) return [null, null];
  return [idempotencyKey, createHash('sha256').update(JSON.stringify(body)).digest()];
}

/** A creation: which fields it writes, and how they become the arguments of its function. */
export interface CreationRule<Of extends Resource> {
  readonly resource: Of;
  readonly name: string;
  /** Fields whose keys are needed. */
  readonly fields: readonly FieldOf<Of>[];
  /** The arguments after claim, patient and new id. `column` encrypts or converts one field of the body. */
  readonly values: (column: (field: FieldOf<Of>) => SqlValue, call: Call) => readonly SqlValue[];
  /** What the answer holds of the row. */
  readonly answer: (row: SqlRow, call: Call, tools: Tools) => OperationOutcome | Promise<OperationOutcome>;
}

/** An operation that makes a record of the patient in its path. */
export function createOfPatient<Of extends Resource>(rule: CreationRule<Of>): Operation {
  return async (call, tools) => {
    const patientId = pathId(call, 'patient');
    const recordId = newUuid();
    const executed = await encrypted(call, tools, rule, { recordId, patientId }, (cipher) => [
      ...claimOf(call),
      patientId,
      recordId,
      ...rule.values((field) => toColumn(cipher, rule.resource, field, call.body[field]), call),
    ]);
    return executed.kind === 'refused' ? executed : rule.answer(executed.rows[0] ?? {}, call, tools);
  };
}

/** Opens the keys that the given fields need, builds the arguments with them, and runs the function. */
export async function encrypted<Of extends Resource>(
  call: Call,
  tools: Tools,
  { resource, name, fields }: Pick<CreationRule<Of>, 'resource' | 'name' | 'fields'>,
  ids: { readonly recordId: Uuid; readonly patientId: Uuid },
  values: (cipher: RecordCipher) => readonly SqlValue[],
): Promise<Executed> {
  const given = fields.filter((field) => call.body[field] !== undefined);
  const ring = await openKeys(tools, keyClassesOf(resource, given), call.nowMs);
  return ring.kind === 'refused' ? ring : execute(tools, call, name, values(cipherOf(ring.keys, resource, ids)));
}

/** The answer of a creation or change: id and version, and no value that was written. */
export function versioned(row: SqlRow | undefined): OperationOutcome {
  const version = Number(row?.['version']);
  return { kind: 'answer', body: { id: rowId(row, 'id'), version }, version };
}

/** Answers a change of a record that has versions. */
export function answerVersion(executed: Executed): OperationOutcome {
  return executed.kind === 'refused' ? executed : versioned(executed.rows[0]);
}
