import type { Role } from '../lambda/records/contract';

/** Somebody of the seed, as a token names them. */
export interface Person {
  readonly sub: string;
  readonly role: Role;
}

const person = (role: Role, number: number): Person => ({ sub: `${PREFIXES[role]}-0000-4000-8000-${String(number).padStart(12, '0')}`, role });

const PREFIXES: Readonly<Record<Role, string>> = { admin: 'a0000000', billing: 'b0000000', clinician: 'c0000000', patient: 'd0000000' };

/** The one administrator. */
export const ADMIN = person('admin', 1);

/** The one billing clerk. */
export const BILLING = person('billing', 1);

/** Three clinicians; the third one treats none of the first one's patients. */
export const CLINICIANS = [person('clinician', 1), person('clinician', 2), person('clinician', 3)] as const;

/** Whoever the n-th record is about, counted from 1. */
export function patientPerson(number: number): Person {
  return person('patient', number);
}

/** One person of each role, for whom a token is printed. */
export const ONE_OF_EACH: Readonly<Record<Role, Person>> = {
  patient: patientPerson(1),
  clinician: CLINICIANS[0],
  billing: BILLING,
  admin: ADMIN,
};
