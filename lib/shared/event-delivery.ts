import { Duration, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Where a rule delivers, and how. */
export interface Delivery {
  /** ARN of a topic, a queue or an event bus. */
  readonly to: string;
  /** May publish there. @default the policy of a queue lets the rule in */
  readonly role?: IRole;
  /** What could not be delivered; see {@link acceptUndelivered}. */
  readonly deadLetters: IQueue;
  /** What is told of the event. @default the event itself */
  readonly message?: RuleTargetInput;
}

/**
 * A target, tried again for twelve hours, then kept in a queue. 164.308(a)(6)(ii).
 *
 * CDK's own targets write a statement for each rule into the queue's policy, and SQS takes 20 statements in one.
 */
export function deliver({ to, role, deadLetters, message }: Delivery): IRuleTarget {
  return {
    bind: () => ({
      arn: to,
      role,
      input: message,
      deadLetterConfig: { arn: deadLetters.queueArn },
      retryPolicy: { maximumRetryAttempts: 24, maximumEventAgeInSeconds: Duration.hours(12).toSeconds() },
    }),
  };
}

/** Lets the rules of this account and Region, and nobody else's, send to the queue what they could not deliver. */
export function acceptUndelivered(queue: IQueue): void {
  acceptFromRules(queue, 'KeepUndelivered');
}

/** Lets the rules of this account and Region, and nobody else's, send to a queue without a role. */
export function acceptFromRules(queue: IQueue, sid: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': Stack.of(queue).formatArn({ service: 'events', resource: 'rule', resourceName: '*' }) } },
    }),
  );
}

/** How many events the queue keeps that were not delivered, at most within five minutes. */
export function metricUndelivered(queue: IQueue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) });
}

/**
 * Deliveries of every rule of the Region that failed within five minutes, by one query: the metric stands by rule alone, and is there only
 * when something fails.
 */
export function metricFailedDeliveries(): IMetric {
  return new MathExpression({
    expression: 'SELECT SUM(FailedInvocations) FROM SCHEMA("AWS/Events", RuleName)',
    period: Duration.minutes(5),
  });
}
