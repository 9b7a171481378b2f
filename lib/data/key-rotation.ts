import { CustomResource, Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KeyRotationEnvironment } from '../../lambda/key-rotation/contract';
import { KEY_ROTATION_DATABASE_USER } from '../../lambda/key-rotation/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { allowFieldKey } from '../shared/field-key';
import type { SecureFunction } from '../shared/secure-function';
import type { BesideAddress } from './database-function';
import { DatabaseFunction } from './database-function';
import type { Migrations } from './migrations';

/** Whose data keys are rotated, and under which key they are wrapped. */
export interface KeyRotationProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly keys: Keys;
  readonly database: IDatabaseInstance;
  /** What the function calls exists only after them. */
  readonly migrations: Migrations;
}

/**
 * Makes the first data keys at deploy, so that the API can write its first record, and afterwards does one due step of the rotation every
 * hour: a new key, a portion of rewritten values, a retirement. 164.312(a)(2)(iv).
 *
 * It gets new keys in their wrapped form only, and unwraps keys to rewrite values; it reaches no blind index and no document.
 */
export class KeyRotation extends Construct {
  readonly rotation: SecureFunction;
  /** Steps that failed three times: keys grow older than they should. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, { config, vpc, securityGroup, keys, database, migrations }: KeyRotationProps) {
    super(scope, id);
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: keys.messaging }).queue;
    const environment: BesideAddress<KeyRotationEnvironment> = {
      ENVIRONMENT_NAME: config.name,
      FIELD_KEY_ARN: keys.fields.keyArn,
    };
    this.rotation = new DatabaseFunction(this, 'Rotate', {
      bundle: 'key-rotation',
      description: 'Makes the data keys of field encryption, and rotates them.',
      dataClass: 'phi',
      environment,
      logsKey: keys.logs,
      vpc,
      securityGroup,
      database,
      login: KEY_ROTATION_DATABASE_USER,
      invocation: { deadLetterQueue: this.deadLetters },
      timeout: Duration.minutes(15),
      memoryMib: 512,
    });
    new Rule(this, 'Schedule', {
      description: 'Does the next due step of the rotation of data keys.',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [
        new LambdaFunction(this.rotation.function, {
          // Nothing asked for: the function does what is due, and takes EventBridge's own event for a slip of the pen.
          event: RuleTargetInput.fromObject({}),
          deadLetterQueue: this.deadLetters,
          retryAttempts: 2,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    const firstKeys = new CustomResource(this, 'FirstKeys', {
      resourceType: 'Custom::DataKeys',
      serviceToken: this.rotation.function.functionArn,
      serviceTimeout: Duration.minutes(20),
    });
    firstKeys.node.addDependency(this.rotation, migrations);

    this.rotation.policy.addStatements(
      allowFieldKey({
        sid: 'MakeAndUnwrapDataKeys',
        key: keys.fields,
        environment: config.name,
        actions: ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
      }),
    );
  }
}
