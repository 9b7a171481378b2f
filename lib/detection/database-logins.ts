import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { ADMINISTER_DATABASE_USER } from '../../lambda/administer/contract';
import { AUDIT_EXPORTER_DATABASE_USER } from '../../lambda/audit-exporter/contract';
import { AUDIT_SIGNALS_DATABASE_USER } from '../../lambda/audit-signals/contract';
import { KEY_ROTATION_DATABASE_USER } from '../../lambda/key-rotation/contract';
import { MASTER_DATABASE_USER } from '../../lambda/migrate/contract';
import { RECORDS_DATABASE_NAME, RECORDS_DATABASE_USER } from '../../lambda/records/contract';
import { SESSION_REVOKER_DATABASE_USER } from '../../lambda/session-revoker/contract';

/** Logins of this service, each of which has business in its one database alone. */
const SERVICE_LOGINS = [
  RECORDS_DATABASE_USER,
  ADMINISTER_DATABASE_USER,
  AUDIT_EXPORTER_DATABASE_USER,
  AUDIT_SIGNALS_DATABASE_USER,
  KEY_ROTATION_DATABASE_USER,
  MASTER_DATABASE_USER,
  SESSION_REVOKER_DATABASE_USER,
] as const;

/** Logins of AWS, in whichever database: RDS itself, from the host of the instance, and the proxy, which looks whether it is well. */
const AWS_LOGINS = ['rdsadmin', 'rdsproxyadmin'] as const;

/**
 * Lines of the log of PostgreSQL on RDS by which anybody but the expected logins was let in: 164.312(d). A name is left out together with
 * the word after it, so that `records_api` does not hide `records_api_x`; a login of the service only where it belongs.
 */
export const UNEXPECTED_LOGIN = FilterPattern.literal(
  [
    '"connection authorized: user="',
    ...SERVICE_LOGINS.map((login) => `-"user=${login} database=${RECORDS_DATABASE_NAME}"`),
    ...AWS_LOGINS.map((login) => `-"user=${login} database="`),
  ].join(' '),
);

/**
 * The way around {@link UNEXPECTED_LOGIN}: behind the login stands the name that the client gives itself, of any length, and one that
 * repeats what an expected login leaves in the log is left out like it. No honest name speaks of a user. 164.312(d).
 */
export const DISGUISED_LOGIN = FilterPattern.literal('%application_name=.*user=%');

/** Lines by which somebody was not let in: a wrong password, a wrong or expired token of IAM, no TLS. 164.308(a)(5)(ii)(C). */
export const REFUSED_LOGIN = FilterPattern.anyTerm(
  'password authentication failed for user',
  'PAM authentication failed for user',
  'no pg_hba.conf entry for host',
  'pg_hba.conf rejects connection for host',
);
