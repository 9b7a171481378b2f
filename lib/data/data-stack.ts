import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogLanding } from '../foundation/log-landing';
import type { ClientGroups } from '../network/client-groups';
import { Administration } from './administration';
import { DocumentBucket } from './document-bucket';
import { KeyRotation } from './key-rotation';
import { Migrations } from './migrations';
import { RecordsDatabase } from './records-database';
import { RecordsProxy } from './records-proxy';

/** What the stores take from the layers before them. */
export interface DataStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly landing: LogLanding;
  readonly vpc: IVpc;
  readonly groups: ClientGroups;
}

/** The stores of PHI: database, proxy, documents; and what keeps the database in order: migrations, key rotation, administration. */
export class DataStack extends Stack {
  readonly database: RecordsDatabase;
  readonly proxy: RecordsProxy;
  readonly documents: DocumentBucket;
  readonly keyRotation: KeyRotation;
  readonly administration: Administration;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { config, keys, landing, vpc, groups } = props;
    this.database = new RecordsDatabase(this, 'Database', {
      config, vpc, securityGroup: groups.database, recordsKey: keys.records, logsKey: keys.logs,
    });
    this.proxy = new RecordsProxy(this, 'Proxy', {
      config, vpc, securityGroup: groups.proxy, databaseGroup: groups.database, database: this.database.instance, logsKey: keys.logs,
    });
    const { instance: database } = this.database;
    const migrations = new Migrations(this, 'Migrations', {
      vpc, securityGroup: groups.migrationFunction, database, masterSecret: this.database.masterSecret,
      recordsKey: keys.records, logsKey: keys.logs,
    });
    this.keyRotation = new KeyRotation(this, 'KeyRotation', { config, vpc, securityGroup: groups.keyRotation, keys, database, migrations });
    this.administration = new Administration(this, 'Administration', {
      config, vpc, securityGroup: groups.administration, logsKey: keys.logs, database, migrations,
    });
    this.documents = new DocumentBucket(this, 'Documents', { config, recordsKey: keys.records, accessLogBucket: landing.accessLogBucket });
  }
}
