import { KEYS_UNREADABLE_EVENT, KEY_UNKNOWN_CODE } from '../../../lambda/records/contract';
import { createRequestLog, type RequestLogLine } from '../../../lambda/records/request-log';
import type { AlarmProperties } from '../../../lib/compliance/simulation/alarm-state';
import { alarmState } from '../../../lib/compliance/simulation/alarm-state';
import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import { compileFilterPattern } from '../../../lib/compliance/simulation/filter-pattern';
import type { Landscape, Resource } from '../../support/landscape';
import { collectLog } from '../../support/log-lines';

interface MetricFilter {
  readonly FilterPattern: string;
  readonly LogGroupName: string;
  readonly MetricTransformations: readonly {
    readonly MetricName: string;
    readonly MetricNamespace: string;
    readonly MetricValue: string;
    readonly DefaultValue?: number;
  }[];
}

/** What one alarm watches, and values of one period that must and must not raise it. */
interface Row {
  readonly metric: string;
  /** Dimension, and type and beginning of the logical id of what it must refer to. */
  readonly of?: readonly [dimension: string, type: string, prefix: string];
  readonly rings: readonly (readonly number[])[];
  readonly silent: readonly (readonly number[])[];
}

const ALARM = 'AWS::CloudWatch::Alarm';
const FILTER = 'AWS::Logs::MetricFilter';
const NO_DATA: readonly number[] = [];
const GIB = 1024 ** 3;

const ROWS: Readonly<Record<string, Row>> = {
  RecordsErrors: {
    metric: 'AWS/Lambda Errors',
    of: ['FunctionName', 'AWS::Lambda::Function', 'RecordsApi'],
    rings: [[1], [0, 0, 1]],
    silent: [[0], NO_DATA],
  },
  RecordsThrottles: {
    metric: 'AWS/Lambda Throttles',
    of: ['FunctionName', 'AWS::Lambda::Function', 'RecordsApi'],
    rings: [[1]],
    silent: [[0], NO_DATA],
  },
  LoadBalancerErrors: {
    metric: 'AWS/ApplicationELB HTTPCode_ELB_5XX_Count',
    of: ['LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Edge'],
    rings: [[5], [1, 1, 1, 1, 1]],
    silent: [[4], NO_DATA],
  },
  RecordsServerErrors: {
    metric: 'AWS/ApplicationELB HTTPCode_Target_5XX_Count',
    of: ['LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Edge'],
    rings: [[5]],
    silent: [[4], NO_DATA],
  },
  UnknownTokenKey: { metric: 'Service UnknownTokenKey', rings: [[1], [0, 1, 0]], silent: [[0], NO_DATA] },
  TokenKeysUnreadable: { metric: 'Service TokenKeysUnreadable', rings: [[1]], silent: [[0], NO_DATA] },
  TokenKeysStale: {
    metric: 'AWS/Lambda Invocations',
    of: ['FunctionName', 'AWS::Lambda::Function', 'TokenKeysRefresher'],
    rings: [NO_DATA, [0]],
    silent: [[1], [1, 1, 1, 1]],
  },
  TokenKeysRefreshFailed: {
    metric: 'AWS/SQS ApproximateNumberOfMessagesVisible',
    of: ['QueueName', 'AWS::SQS::Queue', 'TokenKeysFailed'],
    rings: [[0, 1, 1]],
    silent: [[0], NO_DATA],
  },
  DetectionUndelivered: {
    metric: 'AWS/SQS ApproximateNumberOfMessagesVisible',
    of: ['QueueName', 'AWS::SQS::Queue', 'EventsUndelivered'],
    rings: [[0, 1]],
    silent: [[0], NO_DATA],
  },
  HeartbeatMissing: {
    metric: 'AWS/SNS NumberOfMessagesPublished',
    of: ['TopicName', 'AWS::SNS::Topic', 'HeartbeatTopic'],
    rings: [NO_DATA],
    silent: [[1], [1, 1, 1]],
  },
  CoordinatorErrors: { metric: 'AWS/Lambda Errors', of: ['FunctionName', 'AWS::Lambda::Function', 'Coordination'], rings: [[1]], silent: [[0], NO_DATA] },
  CoordinatorThrottles: { metric: 'AWS/Lambda Throttles', of: ['FunctionName', 'AWS::Lambda::Function', 'Coordination'], rings: [[1]], silent: [[0], NO_DATA] },
  CoordinatorLate: {
    metric: 'AWS/SQS ApproximateAgeOfOldestMessage',
    of: ['QueueName', 'AWS::SQS::Queue', 'CoordinationDetected'],
    rings: [[900], [0, 1_200]],
    silent: [[120], NO_DATA],
  },
  CoordinatorFailed: {
    metric: 'AWS/SQS ApproximateNumberOfMessagesVisible',
    of: ['QueueName', 'AWS::SQS::Queue', 'CoordinationFailed'],
    rings: [[0, 1]],
    silent: [[0], NO_DATA],
  },
  IncidentClocksFailed: {
    metric: 'AWS/SQS ApproximateNumberOfMessagesVisible',
    of: ['QueueName', 'AWS::SQS::Queue', 'ClocksFailed'],
    rings: [[0, 1]],
    silent: [[0], NO_DATA],
  },
  IncidentClocksBroken: { metric: 'Evidence IncidentClocksBroken', rings: [[1], [0, 1, 0]], silent: [[0], NO_DATA] },
  IncidentClocksSilent: {
    metric: 'AWS/Lambda Invocations',
    of: ['FunctionName', 'AWS::Lambda::Function', 'ClocksFunction'],
    rings: [NO_DATA, [0]],
    silent: [[1], [1, 1]],
  },
  UnexpectedLogin: { metric: 'Service UnexpectedLogin', rings: [[1], [0, 1, 0]], silent: [[0], NO_DATA] },
  LoginRefused: { metric: 'Service LoginRefused', rings: [[1, 1, 1, 1, 1, 0]], silent: [[1, 1, 1, 1], NO_DATA] },
  DatabaseStorageLow: {
    metric: 'AWS/RDS FreeStorageSpace',
    of: ['DBInstanceIdentifier', 'AWS::RDS::DBInstance', 'Database'],
    rings: [[9 * GIB, 4 * GIB], NO_DATA],
    silent: [[9 * GIB, 6 * GIB]],
  },
};

/** Alarms that are not of the trail and not over evidence, by their ids. */
function serviceAlarms(land: Landscape): readonly { id: string; alarm: Resource<AlarmProperties> }[] {
  return land
    .of<AlarmProperties>(ALARM)
    // The one over a query of every rule is tried by the checks of templates, which know queries.
    .filter(({ logicalId }) => !/^(?:Trail|Evidence|ServiceDetectionFailed)/.test(logicalId))
    .map((alarm) => ({ id: alarm.logicalId.replace(/^Service|^Heartbeat|^Coordination|^Clocks/, '').replace(/[0-9A-F]{8}$/, ''), alarm }));
}

const everyAlarmHasARow: Claim = (land) => {
  const missing = Object.keys(ROWS).filter((id) => !serviceAlarms(land).some((alarm) => alarm.id === id));
  return [
    ...missing.map((id) => `no alarm ${id}`),
    ...serviceAlarms(land)
      .filter(({ id }) => !(id in ROWS))
      .map(({ alarm }) => `${alarm.name}: has no row in this test`),
  ];
};

const alarmsWatchWhatTheySay: Claim = (land) =>
  judgeAll('service alarms', serviceAlarms(land), ({ id, alarm: { properties } }) => {
    const { metric, of } = ROWS[id] ?? {};
    if (metric === undefined) return [];
    const [dimension] = properties.Dimensions ?? [];
    const watched = land.at(dimension?.Value);
    return [
      unlike(`${id}'s metric`, `${properties.Namespace.replace(/^Baseline\/\w+\//, '')} ${properties.MetricName}`, metric),
      unlike(
        `${id}'s dimensions`,
        properties.Dimensions?.map(({ Name }) => Name),
        of && [of[0]],
      ),
      of && (watched?.type !== of[1] || !watched.logicalId.startsWith(of[2])) && `${id}: watches ${dimension?.Value}`,
    ];
  });

const alarmsRing: Claim = (land) =>
  judgeAll('service alarms', serviceAlarms(land), ({ id, alarm: { properties } }) => [
    ...(ROWS[id]?.rings ?? []).map(
      (values) => alarmState(properties, values) !== 'ALARM' && `${id}: does not ring for [${values.join(', ')}]`,
    ),
    ...(ROWS[id]?.silent ?? []).map((values) => alarmState(properties, values) !== 'OK' && `${id}: is not OK with [${values.join(', ')}]`),
  ]);

/** A line as the records function really writes it. */
function written(line: RequestLogLine): unknown {
  const log = collectLog();
  createRequestLog(log.sink)(line);
  return log.parsed()[0];
}

/** What must be counted and what must not, by metric. */
const LINES: Readonly<Record<string, { readonly counted: RequestLogLine; readonly passed: RequestLogLine }>> = {
  UnknownTokenKey: {
    counted: { event: 'request', status: 401, code: KEY_UNKNOWN_CODE },
    passed: { event: 'request', status: 200, code: 'ok' },
  },
  TokenKeysUnreadable: { counted: { event: KEYS_UNREADABLE_EVENT }, passed: { event: 'request', status: 200, code: 'ok' } },
};

/** Filters that fill metrics of the service. */
function serviceFilters(land: Landscape): readonly Resource<MetricFilter>[] {
  return land
    .of<MetricFilter>(FILTER)
    .filter(({ properties }) => properties.MetricTransformations.some(({ MetricNamespace }) => MetricNamespace.endsWith('/Service')));
}

/** What reads of the database's log, by itself: a test against a real PostgreSQL feeds it. */
const isOfDatabase = ({ properties }: Resource<MetricFilter>): boolean =>
  properties.MetricTransformations.some(({ MetricName }) => /Login/.test(MetricName));

const loginsAreCounted: Claim = (land) =>
  judge('filters of logins', serviceFilters(land).filter(isOfDatabase), ({ properties }) => {
    const [transformation] = properties.MetricTransformations;
    const alarm = serviceAlarms(land).find(({ id }) => id === transformation?.MetricName)?.alarm.properties;
    const log = land.at<{ LogGroupName: string }>(properties.LogGroupName)?.properties.LogGroupName;
    return [
      unlike('counts', [transformation?.MetricValue, transformation?.DefaultValue], ['1', 0]),
      unlike('namespace', transformation?.MetricNamespace, alarm?.Namespace),
      unlike('log', log, `/aws/rds/instance/${land.config.name}-records/postgresql`),
    ];
  });

const linesAreCounted: Claim = (land) =>
  judge(
    'filters of the service',
    serviceFilters(land).filter((filter) => !isOfDatabase(filter)),
    ({ properties }) => {
      const [transformation] = properties.MetricTransformations;
      const lines = LINES[transformation?.MetricName ?? ''];
      const alarm = serviceAlarms(land).find(({ id }) => id === transformation?.MetricName)?.alarm.properties;
      if (!lines || !alarm || !transformation) return ['has no lines in this test, or no alarm'];
      const matches = compileFilterPattern(properties.FilterPattern);
      const values = [lines.counted, lines.passed].map((line) =>
        matches(written(line)) ? Number(transformation.MetricValue) : (transformation.DefaultValue ?? NaN),
      );
      return [
        unlike('counts', values, [1, 0]),
        unlike('state after one such line', alarmState(alarm, values), 'ALARM'),
        unlike('namespace', transformation.MetricNamespace, alarm.Namespace),
        land.at(properties.LogGroupName)?.name !==
          land.at(
            land.one<{ LoggingConfig: { LogGroup: string } }>('AWS::Lambda::Function', 'RecordsApi').properties.LoggingConfig.LogGroup,
          )?.name && 'does not read the log of the records function',
      ];
    },
  );

describe('the alarms over the service', () => {
  holds('are those of this table', everyAlarmHasARow);
  holds('watch the resource that they are named after', alarmsWatchWhatTheySay);
  holds('ring for what they watch, and stay quiet otherwise', alarmsRing);
  holds('count lines as the records function writes them', linesAreCounted);
  holds('count logins where the database writes of them', loginsAreCounted);

  notices(
    'an alarm that nobody evaluated',
    everyAlarmHasARow,
    (draft) =>
      draft.add('Detection', 'ServiceNew', ALARM, {
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Threshold: 1,
        Period: 300,
        Statistic: 'Sum',
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    /^Detection\/ServiceNew: has no row/,
  );
  notices(
    'an alarm over another function',
    alarmsWatchWhatTheySay,
    (draft) => draft.set(ALARM, 'ServiceRecordsErrors', ['Dimensions', 0, 'Value'], 'some-other-function'),
    /^RecordsErrors: watches some-other-function/,
  );
  notices(
    'missing data that is taken for health',
    alarmsRing,
    (draft) => draft.set(ALARM, 'ServiceTokenKeysStale', ['TreatMissingData'], 'notBreaching'),
    /^TokenKeysStale: does not ring for \[\]/,
  );
  notices(
    'an average of a queue that empties',
    alarmsRing,
    (draft) => draft.set(ALARM, 'ServiceTokenKeysRefreshFailed', ['Statistic'], 'Average'),
    /^TokenKeysRefreshFailed: does not ring for \[0, 1, 1\]/,
  );
  notices(
    'a disguise that is looked for in another log',
    loginsAreCounted,
    (draft) => draft.set(FILTER, 'ServiceDisguisedLogin', ['LogGroupName'], '/somewhere/else'),
    /^Detection\/ServiceDisguisedLogin\w+: log is/,
  );
  notices(
    'a code that the function does not write',
    linesAreCounted,
    (draft) => draft.set(FILTER, 'ServiceUnknownTokenKey', ['FilterPattern'], '{ $.code = "unknown_key" }'),
    /^Detection\/ServiceUnknownTokenKey\w+: counts is \[0,0\]/,
  );
});
