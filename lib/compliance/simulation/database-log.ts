/** What may follow the name of the database: TLS, and before it the name that the client gives itself. */
const TLS = ' SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)';

/** A line by which PostgreSQL on RDS says that a login was let in; the prefix is the one of RDS, which no parameter changes. */
export function admitted(user: string, database: string, applicationName?: string): string {
  const named = applicationName === undefined ? '' : ` application_name=${applicationName}`;
  return lineOf(user, database, `LOG:  connection authorized: user=${user} database=${database}${named}${TLS}`);
}

/** Lines by which it says that a login was refused. */
export function refused(user: string, database: string): readonly string[] {
  return [
    `password authentication failed for user "${user}"`,
    `PAM authentication failed for user "${user}"`,
    `no pg_hba.conf entry for host "10.0.3.7", user "${user}", database "${database}", no encryption`,
  ].map((message) => lineOf(user, database, `FATAL:  ${message}`));
}

function lineOf(user: string, database: string, message: string): string {
  return `2026-11-27 09:10:02 UTC:10.0.3.7(53154):${user}@${database}:[8927]:${message}`;
}
