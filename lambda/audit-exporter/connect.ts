import type { DatabaseAddress, DatabasePassword } from '../shared/database';
import { connectToInstance } from '../shared/instance-connection';
import { auditDatabase } from './adapters/audit-database';
import type { ExportConnection } from './exporter';

/** Connects the exporter's login to the instance: 164.312(d), 164.312(e)(1). One connection for one run; never rejects. */
export async function connectExporter(
  address: DatabaseAddress,
  password: DatabasePassword,
  trust?: readonly string[],
): Promise<ExportConnection> {
  const connection = await connectToInstance(address, password, trust);
  if (connection.kind === 'failed') return connection;
  const { client } = connection;
  return { kind: 'connected', database: auditDatabase(client), close: () => client.end() };
}
