import { expectedLogins } from '../data/logins-are-exact';
import { exportGroupsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { admitted, refused } from '../../simulation/database-log';
import { logGroupOf, type LogGroup } from '../liveness/metric-filters';

/** Lines of a database's own log that somebody has to be told of. */
export interface DatabaseSubject {
  readonly name: string;
  /** As in "somebody is told when …". */
  readonly when: string;
  readonly citation: string;
  /** How often one has to be written within five minutes. */
  readonly times: number;
  readonly lines: (environment: EnvironmentModel, database: Resource) => readonly string[];
}

/** No login of anybody. */
const STRANGER = 'somebody';

/** Refusals that are no mistake any more. */
const ATTEMPTS = 10;

/** Who logs in to a database, of which its own functions know nothing when it is not they. */
export const DATABASE_SUBJECTS: readonly DatabaseSubject[] = [
  {
    name: 'unexpected-logins',
    when: 'anybody logs in to the database but its own logins, under a like name too',
    citation: '164.312(d)',
    times: 1,
    lines: (environment, database) => {
      const alike = [...expectedLogins(environment, database)].map((login) => `${login}_x`);
      return [STRANGER, ...alike].map((user) => admitted(user, nameOf(database)));
    },
  },
  {
    name: 'disguised-logins',
    when: 'a stranger logs in to the database and calls his program as the log calls a known login',
    citation: '164.312(d)',
    times: 1,
    lines: (environment, database) => [...expectedLogins(environment, database)].map((login) => disguisedAs(login, database)),
  },
  {
    name: 'refused-logins',
    when: 'the database refuses logins again and again',
    citation: '164.308(a)(5)(ii)(C)',
    times: ATTEMPTS,
    lines: (_, database) => refused(STRANGER, nameOf(database)),
  },
];

/** What the log of a database is full of when all is well, RDS's own logins included. */
export function everydayLogins(environment: EnvironmentModel): readonly string[] {
  return databasesOf(environment).flatMap((database) => [
    ...[...expectedLogins(environment, database)].map((login) => admitted(login, nameOf(database))),
    admitted('rdsadmin', 'rdsadmin'),
    ...(environment.of('AWS::RDS::DBProxy').length > 0 ? [admitted('rdsproxyadmin', 'postgres')] : []),
  ]);
}

/** Databases that write of connections as PostgreSQL does. */
export function databasesOf(environment: EnvironmentModel): readonly Resource[] {
  return environment.of('AWS::RDS::DBInstance').filter((database) => textAt(database, 'Engine') === 'postgres');
}

/** Where the log of a database goes, if it goes anywhere. */
export function logOf(environment: EnvironmentModel, database: Resource): LogGroup | undefined {
  return logGroupOf(environment, exportGroupsOf(environment, database).find((group) => group.endsWith('/postgresql')));
}

function disguisedAs(login: string, database: Resource): string {
  return admitted(STRANGER, nameOf(database), admitted(login, nameOf(database)));
}

function nameOf(database: Resource): string {
  return textAt(database, 'DBName') ?? 'postgres';
}
