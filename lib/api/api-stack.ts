import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { RecordsProxy } from '../data/records-proxy';
import type { Keys } from '../foundation/keys';
import type { LogLanding } from '../foundation/log-landing';
import type { RecordsUserPool } from '../identity/user-pool';
import type { ClientGroups } from '../network/client-groups';
import { AuditExporter } from './audit-exporter';
import { ApiName } from './certificate';
import { JwksRefresher } from './jwks-refresher';
import { ApiLoadBalancer } from './load-balancer';
import { RecordsFunction } from './records-function';
import { ApiWebAcl } from './web-acl';

/** What the API takes from the layers before it. */
export interface ApiStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly landing: LogLanding;
  readonly vpc: IVpc;
  readonly groups: ClientGroups;
  readonly proxy: RecordsProxy;
  readonly database: IDatabaseInstance;
  readonly documents: IBucket;
  readonly auditBucket: IBucket;
  readonly users: RecordsUserPool;
}

/** Load balancer, web ACL, records function, the copy of the token keys it verifies with, and the export of its audit trail. */
export class ApiStack extends Stack {
  readonly edge: ApiLoadBalancer;
  readonly records: RecordsFunction;
  readonly tokenKeys: JwksRefresher;
  readonly audit: AuditExporter;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { config, keys, landing, vpc, groups, proxy, database, documents, auditBucket, users } = props;
    const { userPool, client } = users;
    const name = new ApiName(this, 'Name', config);
    this.tokenKeys = new JwksRefresher(this, 'TokenKeys', { userPool, logsKey: keys.logs, messagingKey: keys.messaging });
    this.records = new RecordsFunction(this, 'Records', {
      config, vpc, securityGroup: groups.recordsFunction, keys, proxy, userPool, client, jwks: this.tokenKeys.jwks, documents,
    });
    this.audit = new AuditExporter(this, 'Audit', { config, vpc, securityGroup: groups.auditExporter, keys, database, auditBucket });
    this.edge = new ApiLoadBalancer(this, 'Edge', {
      config, vpc, securityGroup: groups.loadBalancer, certificate: name.certificate, logBucket: landing.albLogBucket,
      userPool, client, target: this.records.api.function,
    });
    name.pointAt(this.edge.loadBalancer);
    new ApiWebAcl(this, 'Firewall', { config, loadBalancer: this.edge.loadBalancer, logsKey: keys.logs });
  }
}
