/** What a metric shows in a period. Absent: no data at all. */
export interface WatchedMetric {
  /** When the thing it counts goes wrong, in each of the ways it can. */
  readonly wrong: readonly (readonly number[])[];
  /** When all is well. */
  readonly well: readonly number[];
  /** Whether it is over when it has happened; a state lasts until somebody ends it. */
  readonly isEvent: boolean;
  /** Whether single ones are everyday. */
  readonly isBurst: boolean;
  /** What each dimension names; undefined for a metric without any. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

const ONES = (count: number): readonly number[] => Array<number>(count).fill(1);

const FUNCTION = { FunctionName: 'AWS::Lambda::Function' };
const BALANCER = { LoadBalancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer', TargetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup' };
const QUEUE = { QueueName: 'AWS::SQS::Queue' };
const DATABASE = { DBInstanceIdentifier: 'AWS::RDS::DBInstance', DBClusterIdentifier: 'AWS::RDS::DBCluster' };

const event = (wrong: readonly number[], well: readonly number[], dimensions: WatchedMetric['dimensions']): WatchedMetric => ({
  wrong: [wrong],
  well,
  isEvent: true,
  isBurst: false,
  ...(dimensions && { dimensions }),
});
const state = (wrong: readonly (readonly number[])[], well: readonly number[], dimensions: WatchedMetric['dimensions']): WatchedMetric => ({
  wrong,
  well,
  isEvent: false,
  isBurst: false,
  ...(dimensions && { dimensions }),
});

const GIB = 1024 ** 3;

/**
 * Metrics of AWS as they are published: one value for each invocation or request, or one for each minute of a state. A mean over them is
 * another figure than their sum.
 */
export const METRICS: Readonly<Record<string, WatchedMetric>> = {
  'AWS/Lambda Errors': event([...ONES(5), 0, 0, 0, 0, 0], [0], FUNCTION),
  'AWS/Lambda Throttles': event([...ONES(5), 0, 0, 0, 0, 0], [0], FUNCTION),
  // Whatever should run and does not publishes nothing.
  'AWS/Lambda Invocations': state([[]], ONES(4), FUNCTION),
  'AWS/ApplicationELB HTTPCode_ELB_5XX_Count': event(ONES(10), [], BALANCER),
  'AWS/ApplicationELB HTTPCode_Target_5XX_Count': event(ONES(10), [], BALANCER),
  'AWS/ApplicationELB UnHealthyHostCount': state([ONES(5)], [0], BALANCER),
  // Published only when it is not zero, and by rule alone.
  'AWS/Events FailedInvocations': event(ONES(1), [], { RuleName: 'AWS::Events::Rule' }),
  // What should arrive and does not publishes nothing.
  'AWS/SNS NumberOfMessagesPublished': state([[]], ONES(3), { TopicName: 'AWS::SNS::Topic' }),
  'AWS/SQS ApproximateNumberOfMessagesVisible': state([[0, 0, 1, 1, 1]], [0], QUEUE),
  // In seconds. Messages are an hour old where nobody takes any.
  'AWS/SQS ApproximateAgeOfOldestMessage': state([Array<number>(5).fill(3_600)], [0, 20], QUEUE),
  // A database that tells nothing of its storage is down.
  'AWS/RDS FreeStorageSpace': state([[100 * GIB, GIB], []], [100 * GIB], DATABASE),
  'AWS/RDS CPUUtilization': state([[99]], [5], DATABASE),
};
