import { Duration } from 'aws-cdk-lib';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { RecordsEnvironment } from '../../lambda/records/contract';
import { RECORDS_DATABASE_NAME, RECORDS_DATABASE_USER } from '../../lambda/records/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { RecordsProxy } from '../data/records-proxy';
import { DATABASE_PORT } from '../network/client-groups';
import { APPLICATION_SUBNETS } from '../network/subnets';
import { SecureFunction } from '../shared/secure-function';

/** What the records API reaches. */
export interface RecordsFunctionProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly logsKey: IKey;
  readonly proxy: RecordsProxy;
  readonly userPool: IUserPool;
  readonly client: IUserPoolClient;
  /** Copy of the user pool's token keys, which isolated subnets cannot fetch. */
  readonly jwks: IStringParameter;
}

/** The records API: one function behind the load balancer, in isolated subnets. 164.312(a)(1). */
export class RecordsFunction extends Construct {
  readonly api: SecureFunction;

  constructor(scope: Construct, id: string, props: RecordsFunctionProps) {
    super(scope, id);
    const environment: RecordsEnvironment = {
      USER_POOL_ID: props.userPool.userPoolId,
      USER_POOL_CLIENT_ID: props.client.userPoolClientId,
      JWKS_PARAMETER_NAME: props.jwks.parameterName,
      DATABASE_HOST: props.proxy.endpoint,
      DATABASE_PORT: String(DATABASE_PORT),
      DATABASE_NAME: RECORDS_DATABASE_NAME,
      DATABASE_USER: RECORDS_DATABASE_USER,
    };
    this.api = new SecureFunction(this, 'Api', {
      bundle: 'records',
      description: 'The records API, behind the load balancer.',
      dataClass: 'phi',
      environment,
      logsKey: props.logsKey,
      network: { vpc: props.vpc, subnets: APPLICATION_SUBNETS, securityGroup: props.securityGroup },
      invocation: { awaitedBy: 'The load balancer' },
      timeout: Duration.seconds(15),
      memoryMib: 1024,
      reservedConcurrency: props.config.recordsReservedConcurrency,
    });

    props.proxy.grantConnect(this.api.policy);
    this.api.policy.addStatements(
      new PolicyStatement({ sid: 'ReadTokenKeys', actions: ['ssm:GetParameter'], resources: [props.jwks.parameterArn] }),
    );
  }
}
