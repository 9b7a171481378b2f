import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogLanding } from '../foundation/log-landing';
import type { ClientGroups } from '../network/client-groups';
import { DocumentBucket } from './document-bucket';
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

/** The stores of PHI: database, proxy, documents; and the schema migrations. */
export class DataStack extends Stack {
  readonly database: RecordsDatabase;
  readonly proxy: RecordsProxy;
  readonly documents: DocumentBucket;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { config, keys, landing, vpc, groups } = props;
    this.database = new RecordsDatabase(this, 'Database', {
      config, vpc, securityGroup: groups.database, recordsKey: keys.records, logsKey: keys.logs,
    });
    this.proxy = new RecordsProxy(this, 'Proxy', {
      config, vpc, securityGroup: groups.proxy, databaseGroup: groups.database, database: this.database.instance, logsKey: keys.logs,
    });
    new Migrations(this, 'Migrations', {
      vpc, securityGroup: groups.migrationFunction, database: this.database.instance, masterSecret: this.database.masterSecret,
      recordsKey: keys.records, logsKey: keys.logs,
    });
    this.documents = new DocumentBucket(this, 'Documents', { config, recordsKey: keys.records, accessLogBucket: landing.accessLogBucket });
  }
}
