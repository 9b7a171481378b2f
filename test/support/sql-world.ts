import { randomBytes, randomUUID } from 'node:crypto';
import type { Role } from '../../lambda/records/contract';
import type { Row, SqlService } from './sql-service';

/** Somebody who calls, as a token would say it. */
export interface Actor {
  readonly sub: string;
  readonly role: Role;
  /** When the token was issued. */
  readonly issuedAt: Date;
}

/** What one call of a function returned and left in the trail. */
export interface Called {
  readonly outcome: unknown;
  readonly row: Row;
  readonly rows: readonly Row[];
  readonly auditId: string;
  /** Every event the call wrote, in order. */
  readonly events: readonly Row[];
}

/** An arranged patient. */
export interface ArrangedPatient {
  readonly id: string;
  readonly mrnIndex: Buffer;
  readonly ssnIndex: Buffer;
  readonly insuranceIndex: Buffer;
}

/** Bytes of a ciphertext's length; what they say is of no interest to the database. */
export const ciphertext = (): Buffer => randomBytes(61);

/** Bytes of a blind index's or a digest's length. */
export const digest = (): Buffer => randomBytes(32);

/** People, records and calls in one database. */
export class SqlWorld {
  constructor(readonly service: SqlService) {}

  /** Makes an enabled principal. */
  async principal(role: Role, patientId: string | null = null): Promise<Actor> {
    const sub = randomUUID();
    await this.service.admin('INSERT INTO authz.principal (sub, role, patient_id) VALUES ($1, $2, $3)', [sub, role, patientId]);
    return { sub, role, issuedAt: new Date() };
  }

  /** Makes a record with every field, treated by the given team. */
  async patient(...team: readonly Actor[]): Promise<ArrangedPatient> {
    const made = { id: randomUUID(), mrnIndex: digest(), ssnIndex: digest(), insuranceIndex: digest() };
    await this.service.admin(
      `INSERT INTO phi.patient (
         id, name, date_of_birth, address, medical_history, diagnoses, prescriptions, billing_address, payment_history,
         mrn, mrn_bidx, ssn, ssn_bidx, insurance_id, insurance_bidx)
       VALUES ($1, $2, $2, $2, $2, $2, $2, $2, $2, $2, $3, $2, $4, $2, $5)`,
      [made.id, ciphertext(), made.mrnIndex, made.ssnIndex, made.insuranceIndex],
    );
    for (const { sub } of team) await this.service.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [made.id, sub]);
    return made;
  }

  /** Opens an emergency grant, by default a live one. */
  async grant(clinician: Actor, patientId: string, minutesLeft = 60): Promise<string> {
    const id = randomUUID();
    await this.service.admin(
      `INSERT INTO authz.emergency_grant (id, sub, patient_id, reason_code, reason_text, granted_at, expires_at)
       VALUES ($1, $2, $3, 'disaster', $4, now() + make_interval(mins => $5 - 60), now() + make_interval(mins => $5))`,
      [id, clinician.sub, patientId, ciphertext(), minutesLeft],
    );
    return id;
  }

  /** Calls a function of the API as its login, with the context first, and collects what it left in the trail. */
  async call(name: string, actor: Actor, ...args: readonly unknown[]): Promise<Called> {
    const auditId = randomUUID();
    return this.collect(name, auditId, [actor.sub, actor.issuedAt, auditId, '203.0.113.9', randomUUID(), ...args]);
  }

  /** Calls with every argument given, for functions whose context is another. `requestId` must be among them. */
  async callRaw(name: string, requestId: string, args: readonly unknown[]): Promise<Called> {
    return this.collect(name, '', args, requestId);
  }

  /** Number of events in the trail. */
  async countEvents(): Promise<number> {
    const [row] = await this.service.admin<{ n: number }>('SELECT count(*)::int AS n FROM audit.event');
    return row?.n ?? -1;
  }

  private async collect(name: string, auditId: string, args: readonly unknown[], requestId = String(args[4])): Promise<Called> {
    const rows = await this.service.as('records_api', `SELECT * FROM api.${name}(${args.map((_, index) => `$${index + 1}`).join()})`, args);
    const events = await this.service.admin('SELECT * FROM audit.event WHERE request_id = $1 ORDER BY seq', [requestId]);
    return { outcome: rows[0]?.['outcome'], row: rows[0] ?? {}, rows, auditId, events };
  }
}

/** How many calls ended in which outcome. */
export function tally(calls: readonly Called[]): Readonly<Record<string, number>> {
  const outcomes = calls.map(({ outcome }) => String(outcome));
  return Object.fromEntries([...new Set(outcomes)].map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]));
}

/** The events of calls as `C success null`: action, outcome, reason. */
export function eventKinds(calls: readonly Called[]): string[] {
  return calls.flatMap(({ events }) => events.map((event) => [event['action'], event['outcome'], String(event['reason'])].join(' ')));
}
