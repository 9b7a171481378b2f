/** What is made up about one patient, in the words of the API. */
export interface SyntheticPatient {
  /** Counted from 1. */
  readonly number: number;
  /** Place of the treating clinician among the clinicians. */
  readonly clinician: 0 | 1 | 2;
  readonly record: Readonly<Record<string, unknown>>;
  readonly billing: Readonly<Record<string, unknown>>;
  readonly note: string;
  readonly appointment: { readonly starts_at: string; readonly ends_at: string; readonly reason: string };
}

const NAMES = [
  ...['Avery Sample', 'Blake Specimen', 'Casey Mock', 'Devon Placeholder', 'Emery Fiction', 'Finley Draft'],
  ...['Gray Template', 'Harper Dummy', 'Indigo Pretend', 'Jules Example', 'Kai Invented', 'Lane Imaginary'],
] as const;

const FINDINGS = [
  ['J30.2', 'Seasonal allergic rhinitis', 'Loratadine', '10 mg daily'],
  ['I10', 'Essential hypertension', 'Lisinopril', '10 mg daily'],
  ['E11.9', 'Type 2 diabetes mellitus', 'Metformin', '500 mg twice daily'],
  ['G43.9', 'Migraine', 'Sumatriptan', '50 mg as needed'],
] as const;

/** The first clinician treats patients 1 to 5, the second 6 to 9, the third the rest. */
const CLINICIAN_OF = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2] as const;

/**
 * A dozen patients who do not exist, the same ones every time. Social security numbers begin with 900, which are never issued; telephone
 * numbers are 555-01xx and addresses of mail end in example.com, which belong to nobody.
 */
export const PATIENTS: readonly SyntheticPatient[] = NAMES.map((name, index) => {
  const number = index + 1;
  const digits = String(number).padStart(2, '0');
  const [code, description, medication, dosage] = FINDINGS[index % FINDINGS.length] ?? FINDINGS[0];
  const address = { line1: `${number} Example Street`, city: 'Springfield', state: 'IL', postal_code: '00000', country: 'US' };
  return {
    number,
    clinician: CLINICIAN_OF[index] ?? 0,
    record: {
      name,
      date_of_birth: `19${60 + number}-${digits}-${digits}`,
      address,
      mrn: `MRN-0000${digits}`,
      ssn: `900-${digits}-00${digits}`,
      medical_history: `Synthetic. ${description} for some years. Reached at 202-555-01${digits} or patient${number}@example.com.`,
      diagnoses: [{ code, description, recorded_on: '2024-03-11' }],
      prescriptions: [{ medication, dosage, prescribed_on: '2024-03-11' }],
    },
    billing: {
      insurance_id: `INS-9000${digits}`,
      billing_address: address,
      payment_history: [{ paid_on: '2024-04-02', amount_cents: 2_500 + number * 100, currency: 'USD', method: 'card' }],
    },
    note: `Synthetic visit note ${number}: ${description}, stable on ${medication} ${dosage}. Next contact in three months.`,
    appointment: { starts_at: `2031-05-${digits}T15:00:00Z`, ends_at: `2031-05-${digits}T15:30:00Z`, reason: `Follow-up: ${description}` },
  };
});

/** Content of the one document, and of the one recording, which is none. */
export const DOCUMENT = Buffer.from('Synthetic document: nothing in it is about anybody.\n');

/** Stands for a video of a session. */
export const RECORDING = Buffer.from('Synthetic recording: nobody is to be seen in it.\n');
