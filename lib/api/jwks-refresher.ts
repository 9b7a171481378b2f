import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { JwksRefresherEnvironment, TokenKeysResourceProperties } from '../../lambda/jwks-refresher/contract';
import { classify } from '../shared/data-class';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { SecureFunction } from '../shared/secure-function';

/** What the refresher copies, and under which keys it works. */
export interface JwksRefresherProps {
  readonly userPool: IUserPool;
  readonly logsKey: IKey;
  /** Must allow EventBridge. */
  readonly messagingKey: IKey;
}

/** What the template writes. An empty key set: no token verifies until the first refresh, so nothing is ever accepted by default. */
const EMPTY_COPY = { description: 'Copy of the public token keys of the user pool', stringValue: '{"keys":[]}' } as const;

/**
 * Copies the user pool's public token keys into a parameter that the isolated records function can read: at deploy, and every
 * quarter of an hour. 164.312(d).
 *
 * Whoever writes this parameter can mint identities: nobody but this function is granted that.
 */
export class JwksRefresher extends Construct {
  readonly jwks: IStringParameter;
  /** Refreshes that failed three times: anything in it means that the copy grows stale. */
  readonly deadLetters: IQueue;
  readonly refresher: SecureFunction;

  constructor(scope: Construct, id: string, { userPool, logsKey, messagingKey }: JwksRefresherProps) {
    super(scope, id);
    this.jwks = new StringParameter(this, 'Jwks', EMPTY_COPY);
    classify(this.jwks, 'operational');
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: messagingKey }).queue;
    const environment: JwksRefresherEnvironment = { USER_POOL_ID: userPool.userPoolId, JWKS_PARAMETER_NAME: this.jwks.parameterName };
    this.refresher = new SecureFunction(this, 'Refresher', {
      bundle: 'jwks-refresher',
      description: 'Copies the public token keys of the user pool into a parameter.',
      dataClass: 'operational',
      environment,
      logsKey,
      network: { outsideVpcBecause: 'The token keys of a user pool are published on a public address, which no private endpoint offers to isolated subnets.' },
      invocation: { deadLetterQueue: this.deadLetters },
      timeout: Duration.seconds(30),
      memoryMib: 256,
    });
    new Rule(this, 'Schedule', {
      description: 'Refreshes the copy of the token keys.',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(this.refresher.function, { deadLetterQueue: this.deadLetters, retryAttempts: 2, maxEventAge: Duration.hours(1) })],
    });

    this.refresher.policy.addStatements(
      new PolicyStatement({ sid: 'WriteTokenKeys', actions: ['ssm:GetParameter', 'ssm:PutParameter'], resources: [this.jwks.parameterArn] }),
    );
    this.refreshAtDeploy(userPool);
  }

  private refreshAtDeploy(userPool: IUserPool): void {
    const properties: TokenKeysResourceProperties = {
      UserPoolId: userPool.userPoolId,
      ParameterName: this.jwks.parameterName,
      ParameterDescription: EMPTY_COPY.description,
      ParameterValue: EMPTY_COPY.stringValue,
    };
    const refreshed = new CustomResource(this, 'Refreshed', {
      resourceType: 'Custom::TokenKeys',
      serviceToken: this.refresher.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...properties },
    });
    refreshed.node.addDependency(this.refresher, this.jwks);
  }
}
