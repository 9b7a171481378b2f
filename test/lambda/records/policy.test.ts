import { ROLES } from '../../../lambda/records/contract';
import {
  FIELD_POLICY,
  fieldsOf,
  keyClassOf,
  readableFields,
  RESOURCES,
  ruleOf,
  searchableFields,
  writableFields,
} from '../../../lambda/records/policy';

const IDENTITY = ['name', 'date_of_birth', 'address', 'mrn'];
const CLINICAL = ['medical_history', 'diagnoses', 'prescriptions'];
const MOMENTS = ['creation', 'change'] as const;

describe('the policy table', () => {
  it('lets a clinician read identity and clinical fields, and write identity at creation only', () => {
    expect(readableFields('clinician', 'patient')).toEqual(['id', 'version', 'status', ...IDENTITY, ...CLINICAL]);
    expect(writableFields('clinician', 'patient', 'creation')).toEqual([...IDENTITY, 'ssn', ...CLINICAL]);
    expect(writableFields('clinician', 'patient', 'change')).toEqual(CLINICAL);
    expect(searchableFields('clinician', 'patient')).toEqual(['mrn', 'ssn']);
  });

  it('lets billing read the name and its own fields, and write its own', () => {
    expect(readableFields('billing', 'patient')).toEqual(['id', 'version', 'status', 'name']);
    expect(readableFields('billing', 'billing')).toEqual([
      'id',
      'version',
      'status',
      'name',
      'insurance_id',
      'billing_address',
      'payment_history',
    ]);
    expect(writableFields('billing', 'billing', 'change')).toEqual(['insurance_id', 'billing_address', 'payment_history']);
    expect(searchableFields('billing', 'billing')).toEqual(['insurance_id']);
  });

  it('lets billing see nothing clinical, and a clinician nothing of billing', () => {
    const clinical = ['note', 'appointment', 'session', 'document', 'emergency'] as const;
    expect(clinical.flatMap((resource) => readableFields('billing', resource))).toEqual([]);
    expect(readableFields('billing', 'patient').filter((field) => ruleOf('patient', field)?.dataClass === 'clinical')).toEqual([]);
    expect(readableFields('clinician', 'billing')).toEqual([]);
  });

  it('shows an ssn to nobody', () => {
    expect(
      ROLES.filter((role) => RESOURCES.some((resource) => (readableFields(role, resource) as readonly string[]).includes('ssn'))),
    ).toEqual([]);
  });

  it('lets a patient read, and write and search nothing', () => {
    expect(readableFields('patient', 'note')).toContain('body');
    expect(RESOURCES.flatMap((resource) => MOMENTS.flatMap((moment) => writableFields('patient', resource, moment)))).toEqual([]);
    expect(RESOURCES.flatMap((resource) => searchableFields('patient', resource))).toEqual([]);
  });

  it('shows an administrator no field that says anything about a person, but the recipients entered by administrators', () => {
    const shown = RESOURCES.flatMap((resource) =>
      readableFields('admin', resource).flatMap((field) => (ruleOf(resource, field)?.dataClass === 'none' ? [] : [`${resource}.${field}`])),
    );
    expect(shown).toEqual(['disclosure.recipient']);
    expect(readableFields('admin', 'patient')).toEqual(['id']);
  });

  it('writes and searches by nothing that only structure holds: ids, versions and states are never given', () => {
    const given = RESOURCES.flatMap((resource) =>
      ROLES.flatMap((role) =>
        MOMENTS.flatMap((moment) => [...writableFields(role, resource, moment), ...searchableFields(role, resource)] as string[]),
      ),
    );
    expect(given.filter((field) => ['id', 'version', 'status', 'sub', 'author_id', 'clinician_id', 'uploaded_by'].includes(field))).toEqual(
      [],
    );
  });
});

describe('a field', () => {
  it('without a cell is refused, also when its name is inherited', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'no_such_field', '']) {
      expect(ruleOf('patient', name)).toBeUndefined();
    }
    expect(ruleOf('patient', 'name')).toBe(FIELD_POLICY.patient.name);
  });

  it('that is encrypted has the key of its class, and one in the clear has none', () => {
    expect([keyClassOf('patient', 'ssn'), keyClassOf('note', 'body'), keyClassOf('billing', 'insurance_id')]).toEqual([
      'identity',
      'clinical',
      'billing',
    ]);
    expect([keyClassOf('patient', 'id'), keyClassOf('appointment', 'starts_at')]).toEqual([undefined, undefined]);
    const keyless = RESOURCES.flatMap((resource) =>
      fieldsOf(resource).filter((field) => ruleOf(resource, field)?.stored === 'encrypted' && !keyClassOf(resource, field)),
    );
    expect(keyless).toEqual([]);
  });

  it('that several resources share is of one class in all of them', () => {
    const classes = new Map<string, Set<string>>();
    for (const resource of RESOURCES) {
      for (const field of fieldsOf(resource)) {
        classes.set(field, (classes.get(field) ?? new Set()).add(ruleOf(resource, field)?.dataClass ?? ''));
      }
    }
    expect([...classes].filter(([, found]) => found.size > 1)).toEqual([]);
  });
});
