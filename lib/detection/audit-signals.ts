import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AuditSignalsEnvironment } from '../../lambda/audit-signals/contract';
import { AUDIT_SIGNALS_DATABASE_USER } from '../../lambda/audit-signals/contract';
import type { BusinessHours, EnvironmentConfig } from '../config/environment';
import type { BesideAddress } from '../data/database-function';
import { DatabaseFunction } from '../data/database-function';
import type { Keys } from '../foundation/keys';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { auditSignalsRoleName } from '../shared/fixed-names';
import type { SecureFunction } from '../shared/secure-function';
import { allowSignals, DETECTION_BUS } from '../shared/signals-on-the-bus';

/** Whose trail is counted in. */
export interface AuditSignalsProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly keys: Keys;
  readonly database: IDatabaseInstance;
}

/**
 * Counts, every five minutes, in the audit trail of the application, and puts what is unusual on the bus of the detections: rule, person,
 * numbers, and nothing about a patient. 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii), 164.312(b).
 *
 * Its login may execute the counting functions and reads no event; its role sends events of one source, and nothing else.
 */
export class AuditSignals extends Construct {
  readonly signals: SecureFunction;
  /** Runs that failed three times. Nothing in it need be repeated: the next run takes up the window that is unfinished. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, { config, vpc, securityGroup, keys, database }: AuditSignalsProps) {
    super(scope, id);
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: keys.messaging }).queue;
    const environment: BesideAddress<AuditSignalsEnvironment> = {
      EVENT_BUS_NAME: DETECTION_BUS,
      BUSINESS_HOURS: textOf(config.businessHours),
    };
    this.signals = new DatabaseFunction(this, 'Count', {
      bundle: 'audit-signals',
      description: 'Tells of unusual access, from counts over the audit trail of the application.',
      dataClass: 'audit',
      environment,
      logsKey: keys.logs,
      vpc,
      securityGroup,
      database,
      login: AUDIT_SIGNALS_DATABASE_USER,
      invocation: { deadLetterQueue: this.deadLetters },
      // Several windows, to catch up; less than the time between two runs.
      timeout: Duration.minutes(3),
      memoryMib: 256,
      roleName: auditSignalsRoleName(config.name),
    });
    const { deadLetters: deadLetterQueue } = this;
    new Rule(this, 'Schedule', {
      description: 'Looks for unusual access.',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(this.signals.function, { deadLetterQueue, retryAttempts: 1, maxEventAge: Duration.minutes(5) })],
    });

    this.signals.policy.addStatements(new PolicyStatement({ sid: 'PutSignals', ...allowSignals(this) }));
  }
}

/** As the function reads them. */
function textOf(hours: BusinessHours): string {
  return hours.work === 'none' ? 'none' : `${hours.fromHourUtc}-${hours.untilHourUtc}`;
}
