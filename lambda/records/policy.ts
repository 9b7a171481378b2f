import type { Role } from './contract';
import type { KeyClass } from './ports';

/** What a role may do with one field. Whatever a cell does not say, and every cell that is absent, is refused. */
export interface Cell {
  /** The field is part of the role's responses. */
  readonly read?: true;
  /** The field is taken when the record is made, when it is changed, or both. */
  readonly write?: readonly WriteMoment[];
  /** The field can be matched for an exact value. */
  readonly search?: true;
}

/** When a field may be written. */
export type WriteMoment = 'creation' | 'change';

/** One field: which class of data it is, how it is stored, and a cell for each role that has one. */
export interface FieldRule extends Partial<Readonly<Record<Role, Cell>>> {
  /** `none` says nothing about a person: ids, versions, states. */
  readonly dataClass: KeyClass | 'none';
  /** Ciphertext under the key of the field's class, or readable because the database sorts by it or signs with it. */
  readonly stored: 'encrypted' | 'plain';
}

/** What the service keeps. `billing` is the billing side of a patient's record, read and written apart from it. */
export const RESOURCES = ['patient', 'billing', 'note', 'appointment', 'session', 'document', 'emergency', 'disclosure'] as const;

/** One of {@link RESOURCES}. */
export type Resource = (typeof RESOURCES)[number];

const READ = { read: true } as const satisfies Cell;
const SEARCH_CREATE = { write: ['creation'], search: true } as const satisfies Cell;
const READ_CREATE = { read: true, write: ['creation'] } as const satisfies Cell;
const READ_CREATE_SEARCH = { read: true, write: ['creation'], search: true } as const satisfies Cell;
const READ_WRITE = { read: true, write: ['creation', 'change'] } as const satisfies Cell;
const READ_CHANGE = { read: true, write: ['change'] } as const satisfies Cell;
const READ_CHANGE_SEARCH = { read: true, write: ['change'], search: true } as const satisfies Cell;

const TREATED = { clinician: READ, patient: READ } as const;
const WRITTEN_ONCE = { clinician: READ_CREATE, patient: READ } as const;
const WRITTEN = { clinician: READ_WRITE, patient: READ } as const;

const PLAIN = { dataClass: 'none', stored: 'plain' } as const;
const IDENTITY = { dataClass: 'identity', stored: 'encrypted' } as const;
const CLINICAL = { dataClass: 'clinical', stored: 'encrypted' } as const;
const CLINICAL_TIME = { dataClass: 'clinical', stored: 'plain' } as const;
const BILLING = { dataClass: 'billing', stored: 'encrypted' } as const;

/**
 * Who may do what with which field: 164.312(a)(1), 164.502(b), 164.514(d). The one statement of it: response schemas, the interface
 * description and the documentation are derived from here, and a test compares it, cell by cell, with the column grants of the database.
 *
 * Nobody reads an ssn. An administrator reads nothing about a person except that the record exists, and the recipients that the same
 * administrator enters into the accounting of disclosures.
 */
export const FIELD_POLICY = {
  patient: {
    id: { ...PLAIN, clinician: READ, billing: READ, patient: READ, admin: READ },
    version: { ...PLAIN, clinician: READ, billing: READ, patient: READ },
    status: { ...PLAIN, clinician: READ, billing: READ, patient: READ },
    name: { ...IDENTITY, clinician: READ_CREATE, billing: READ, patient: READ },
    date_of_birth: { ...IDENTITY, ...WRITTEN_ONCE },
    address: { ...IDENTITY, ...WRITTEN_ONCE },
    mrn: { ...IDENTITY, clinician: READ_CREATE_SEARCH, patient: READ },
    ssn: { ...IDENTITY, clinician: SEARCH_CREATE },
    medical_history: { ...CLINICAL, ...WRITTEN },
    diagnoses: { ...CLINICAL, ...WRITTEN },
    prescriptions: { ...CLINICAL, ...WRITTEN },
  },
  billing: {
    id: { ...PLAIN, billing: READ, patient: READ },
    version: { ...PLAIN, billing: READ, patient: READ },
    status: { ...PLAIN, billing: READ, patient: READ },
    name: { ...IDENTITY, billing: READ, patient: READ },
    insurance_id: { ...BILLING, billing: READ_CHANGE_SEARCH, patient: READ },
    billing_address: { ...BILLING, billing: READ_CHANGE, patient: READ },
    payment_history: { ...BILLING, billing: READ_CHANGE, patient: READ },
  },
  note: {
    id: { ...PLAIN, ...TREATED },
    version: { ...PLAIN, ...TREATED },
    patient_id: { ...PLAIN, ...TREATED },
    author_id: { ...PLAIN, ...TREATED },
    created_at: { ...PLAIN, ...TREATED },
    written_at: { ...PLAIN, ...TREATED },
    // An amendment is a new version, so the one moment of writing is creation.
    body: { ...CLINICAL, ...WRITTEN_ONCE },
  },
  appointment: {
    id: { ...PLAIN, ...TREATED },
    version: { ...PLAIN, ...TREATED },
    patient_id: { ...PLAIN, ...TREATED },
    status: { ...PLAIN, ...TREATED },
    clinician_id: { ...PLAIN, ...TREATED },
    starts_at: { ...CLINICAL_TIME, ...WRITTEN },
    ends_at: { ...CLINICAL_TIME, ...WRITTEN },
    reason: { ...CLINICAL, ...WRITTEN },
  },
  session: {
    id: { ...PLAIN, ...TREATED },
    patient_id: { ...PLAIN, ...TREATED },
    appointment_id: { ...PLAIN, ...WRITTEN_ONCE },
    clinician_id: { ...PLAIN, ...TREATED },
    started_at: { ...CLINICAL_TIME, ...WRITTEN_ONCE },
    ended_at: { ...CLINICAL_TIME, ...WRITTEN_ONCE },
    recorded: { ...CLINICAL_TIME, ...TREATED },
    // Read to sign an address for the recording, which is itself the reading.
    recording_version: { ...CLINICAL_TIME, ...WRITTEN_ONCE },
  },
  document: {
    id: { ...PLAIN, ...TREATED },
    patient_id: { ...PLAIN, ...TREATED },
    uploaded_by: { ...PLAIN, ...TREATED },
    created_at: { ...PLAIN, ...TREATED },
    title: { ...CLINICAL, ...WRITTEN_ONCE },
    content_type: { ...PLAIN, ...WRITTEN_ONCE },
    size_bytes: { ...PLAIN, ...WRITTEN_ONCE },
    sha256: { ...PLAIN, ...WRITTEN_ONCE },
  },
  emergency: {
    id: { ...PLAIN, clinician: READ, admin: READ },
    sub: { ...PLAIN, clinician: READ, admin: READ },
    patient_id: { ...PLAIN, clinician: READ_CREATE, admin: READ },
    reason_code: { ...PLAIN, clinician: READ_CREATE, admin: READ },
    reason_text: { ...CLINICAL, clinician: READ_CREATE },
    granted_at: { ...PLAIN, clinician: READ, admin: READ },
    expires_at: { ...PLAIN, clinician: READ, admin: READ },
    reviewed_by: { ...PLAIN, clinician: READ, admin: READ },
    reviewed_at: { ...PLAIN, clinician: READ, admin: READ },
    review_outcome: { ...PLAIN, clinician: READ_CHANGE, admin: READ_CHANGE },
  },
  disclosure: {
    id: { ...PLAIN, admin: READ },
    patient_id: { ...PLAIN, admin: READ },
    recorded_at: { ...PLAIN, admin: READ },
    recorded_by: { ...PLAIN, admin: READ },
    disclosed_at: { ...PLAIN, admin: READ_CREATE },
    recipient: { ...IDENTITY, admin: READ_CREATE },
    data_classes: { ...PLAIN, admin: READ_CREATE },
    purpose: { ...PLAIN, admin: READ_CREATE },
  },
} as const satisfies Readonly<Record<Resource, Readonly<Record<string, FieldRule>>>>;

/** Name of a field of one resource. */
export type FieldOf<Of extends Resource> = Extract<keyof (typeof FIELD_POLICY)[Of], string>;

/** The rule of one field; undefined for a name that the resource does not have, inherited names included. */
export function ruleOf(resource: Resource, field: string): FieldRule | undefined {
  const rules: Readonly<Record<string, FieldRule>> = FIELD_POLICY[resource];
  return Object.hasOwn(rules, field) ? rules[field] : undefined;
}

/** The fields that a role reads, in the order of the table; none without a cell. */
export function readableFields<Of extends Resource>(role: Role, resource: Of): readonly FieldOf<Of>[] {
  return fieldsWhere(resource, (rule) => rule[role]?.read === true);
}

/** The fields that a role may give when a record is made, or when one is changed. */
export function writableFields<Of extends Resource>(role: Role, resource: Of, moment: WriteMoment): readonly FieldOf<Of>[] {
  return fieldsWhere(resource, (rule) => rule[role]?.write?.includes(moment) === true);
}

/** The fields that a role may match for an exact value. */
export function searchableFields<Of extends Resource>(role: Role, resource: Of): readonly FieldOf<Of>[] {
  return fieldsWhere(resource, (rule) => rule[role]?.search === true);
}

/** The class whose key encrypts a field; undefined for one that is stored in the clear. */
export function keyClassOf<Of extends Resource>(resource: Of, field: FieldOf<Of>): KeyClass | undefined {
  const rule = ruleOf(resource, field);
  return rule?.stored === 'encrypted' && rule.dataClass !== 'none' ? rule.dataClass : undefined;
}

/** Every field of a resource, in the order of the table. */
export function fieldsOf<Of extends Resource>(resource: Of): readonly FieldOf<Of>[] {
  // The keys of a constant are the names its type lists.
  return Object.keys(FIELD_POLICY[resource]) as FieldOf<Of>[];
}

function fieldsWhere<Of extends Resource>(resource: Of, allows: (rule: FieldRule) => boolean): readonly FieldOf<Of>[] {
  return fieldsOf(resource).filter((field) => {
    const rule = ruleOf(resource, field);
    return rule !== undefined && allows(rule);
  });
}
