import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { DatabaseInstance, DatabaseInstanceEngine, DatabaseProxy, DefaultAuthScheme, PostgresEngineVersion, ProxyTarget } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { RECORDS_DATABASE_USER } from '../../lambda/records/contract';
import type { EnvironmentConfig } from '../config/environment';
import { DATABASE_PORT } from '../network/client-groups';
import { APPLICATION_SUBNETS } from '../network/subnets';
import { classify } from '../shared/data-class';
import { databaseInstanceName } from '../shared/fixed-names';
import { KeyedLogGroup } from '../shared/keyed-log-group';
import { ServiceRole } from '../shared/service-role';

/** What the proxy stands between. */
export interface RecordsProxyProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly databaseGroup: ISecurityGroup;
  readonly database: IDatabaseInstance;
  readonly logsKey: IKey;
}

/**
 * Connection pool in front of the database: TLS demanded, IAM authentication from the client to the proxy and from the
 * proxy to the database, so that no database password exists outside the master secret. 164.312(d), 164.312(e)(1).
 */
export class RecordsProxy extends Construct {
  private readonly proxy: DatabaseProxy;

  constructor(scope: Construct, id: string, props: RecordsProxyProps) {
    super(scope, id);
    const proxyName = databaseInstanceName(props.config.name);
    const logs = new KeyedLogGroup(this, 'Logs', {
      // The proxy would make it itself, without a key and kept for ever.
      fixed: { name: `/aws/rds/proxy/${proxyName}`, teardown: props.config.teardown },
      dataClass: 'operational',
      key: props.logsKey,
    });
    const role = new ServiceRole(this, 'Login', {
      // Without a source condition, which RDS Proxy is not documented to send here; only this account can pass the role.
      assumedBy: new ServicePrincipal('rds.amazonaws.com'),
      description: 'RDS Proxy logs in to the records database as the records API.',
    });
    this.proxy = new DatabaseProxy(this, 'Proxy', {
      dbProxyName: proxyName,
      // By attributes, so that the port in the rules of the groups is a literal.
      proxyTarget: ProxyTarget.fromInstance(
        DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Target', {
          instanceIdentifier: props.database.instanceIdentifier,
          instanceEndpointAddress: props.database.dbInstanceEndpointAddress,
          port: DATABASE_PORT,
          securityGroups: [props.databaseGroup],
          engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
        }),
      ),
      vpc: props.vpc,
      vpcSubnets: APPLICATION_SUBNETS,
      securityGroups: [props.securityGroup],
      requireTLS: true,
      iamAuth: true,
      defaultAuthScheme: DefaultAuthScheme.IAM_AUTH,
      role: role.role,
      // Its debug log would hold statements.
      debugLogging: false,
      borrowTimeout: Duration.seconds(3),
      idleClientTimeout: Duration.minutes(10),
    });
    classify(this, 'phi');
    classify(logs, 'operational');

    // The role that CDK would generate has no permission at all: it deploys, and every login fails.
    props.database.grantConnect(role.policy, RECORDS_DATABASE_USER);
    role.completeBefore(this.proxy);
    this.proxy.node.addDependency(logs);
  }

  /** Host name that clients connect to, over TLS, on port 5432. */
  get endpoint(): string {
    return this.proxy.endpoint;
  }

  /** Lets a role log in as the records API, and as no other database user. */
  grantConnect(grantee: IGrantable): void {
    this.proxy.grantConnect(grantee, RECORDS_DATABASE_USER);
  }
}
