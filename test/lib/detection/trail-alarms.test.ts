import type { AlarmProperties } from '../../../lib/compliance/simulation/alarm-state';
import { alarmState } from '../../../lib/compliance/simulation/alarm-state';
import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import { compileFilterPattern } from '../../../lib/compliance/simulation/filter-pattern';
import { tableOf } from '../../support/detections';
import type { Landscape, Resource } from '../../support/landscape';

interface MetricFilter {
  readonly FilterPattern: string;
  readonly LogGroupName: string;
  readonly MetricTransformations: readonly {
    readonly MetricName: string;
    readonly MetricNamespace: string;
    readonly MetricValue: string;
    readonly DefaultValue?: number;
    readonly Dimensions?: unknown;
  }[];
}

interface Detection {
  readonly id: string;
  readonly filter: Resource<MetricFilter>;
  readonly alarm: Resource<AlarmProperties>;
}

const FILTER = 'AWS::Logs::MetricFilter';
const ALARM = 'AWS::CloudWatch::Alarm';

const ids = (land: Landscape) => tableOf(land).trail.map(({ id }) => id);

/** Filter and alarm of each row, joined as CloudWatch joins them: by namespace and name of the metric. */
function detectionsOf(land: Landscape): readonly Detection[] {
  return land.of<MetricFilter>(FILTER).flatMap((filter) =>
    filter.properties.MetricTransformations.filter(({ MetricNamespace }) => MetricNamespace.endsWith('/Trail')).flatMap(
      ({ MetricName, MetricNamespace }) =>
        land
          .of<AlarmProperties>(ALARM)
          .filter(({ properties }) => properties.MetricName === MetricName && properties.Namespace === MetricNamespace)
          .map((alarm) => ({ id: MetricName, filter, alarm })),
    ),
  );
}

/** What the metric publishes in a period in which these events came. */
function published({ filter }: Detection, events: readonly unknown[]): number[] {
  const matches = compileFilterPattern(filter.properties.FilterPattern);
  const [transformation] = filter.properties.MetricTransformations;
  return events.flatMap((event) => (matches(event) ? Number(transformation?.MetricValue) : (transformation?.DefaultValue ?? [])));
}

const everyRowHasAnAlarm: Claim = (land) => {
  const found = detectionsOf(land)
    .map(({ id }) => id)
    .sort();
  return [
    unlike('filters with an alarm', found, [...ids(land)].sort()),
  ].filter((fault) => fault !== undefined);
};

const alarmsRing: Claim = (land) =>
  judgeAll('detections', detectionsOf(land), (detection) => {
    const {
      id,
      alarm: { properties },
    } = detection;
    const { match = [], miss = [] } = tableOf(land).trail.find((row) => row.id === id)?.fixtures ?? {};
    const stateAfter = (events: readonly unknown[]) => alarmState(properties, published(detection, events));
    const times = (count: number, event: unknown) => Array.from({ length: count }, () => event);
    return [
      (match.length === 0 || miss.length === 0) && `${id}: has no fixture`,
      ...match.flatMap((event) => {
        const name = String(event['eventName']);
        return [
          stateAfter(times(properties.Threshold, event)) !== 'ALARM' && `${id}: does not ring after ${properties.Threshold} times ${name}`,
          // Among other events of the same five minutes, each of which publishes the default.
          stateAfter([...times(properties.Threshold, event), ...miss]) !== 'ALARM' &&
            `${id}: is drowned out by other events after ${name}`,
          properties.Threshold > 1 && stateAfter(times(properties.Threshold - 1, event)) !== 'OK' && `${id}: rings too early`,
        ];
      }),
      ...miss.map((event) => stateAfter(times(100, event)) !== 'OK' && `${id}: rings for ${JSON.stringify(event).slice(0, 300)}`),
      stateAfter([]) !== 'OK' && `${id}: is not OK while nothing happens`,
    ];
  });

/** A metric without its default has gaps, and one with dimensions takes no default. */
const metricsHaveNoGaps: Claim = (land) =>
  judgeAll('detections', detectionsOf(land), ({ id, filter, alarm: { properties } }) => {
    const [transformation] = filter.properties.MetricTransformations;
    return [
      unlike(`${id}'s default`, transformation?.DefaultValue, 0),
      transformation?.Dimensions !== undefined && `${id}: has dimensions`,
      unlike(`${id}'s period`, properties.Period, 300),
    ];
  });

const filtersReadTheTrail: Claim = (land) => {
  const { CloudWatchLogsLogGroupArn } = land.one<{ CloudWatchLogsLogGroupArn: string }>('AWS::CloudTrail::Trail').properties;
  return judge<MetricFilter>(
    'filters',
    detectionsOf(land).map(({ filter }) => filter),
    ({ properties }) => [
      land.at(properties.LogGroupName)?.name !== land.at(CloudWatchLogsLogGroupArn)?.name && 'does not read the log group of the trail',
    ],
  );
};

/** An alarm is mailed: what it means and where to read on. */
const alarmsExplainThemselves: Claim = (land) =>
  judge('alarms', land.of<AlarmProperties & { AlarmDescription?: string }>(ALARM), ({ properties }) => [
    !/^[A-Z].{20,}\. What to do: docs\/runbook\.md, \w+\.$/.test(
      properties.AlarmDescription?.replace(/ Evidence for [\w.(), ]+\./, '') ?? '',
    ) && `says "${properties.AlarmDescription}"`,
  ]);

describe('the alarms over the trail', () => {
  holds('are those of the table', everyRowHasAnAlarm);
  holds('ring for what they watch, at their threshold, and for nothing that looks alike', alarmsRing);
  holds('count without gaps', metricsHaveNoGaps);
  holds('read what the trail writes', filtersReadTheTrail);
  holds('explain themselves', alarmsExplainThemselves);

  notices('a row without an alarm', everyRowHasAnAlarm, (draft) => draft.remove(ALARM, 'TrailKeyLoss'), /filters with an alarm/);
  notices(
    'an average of ones that must exceed one',
    alarmsRing,
    (draft) => {
      draft.set(ALARM, 'TrailRootUse', ['Statistic'], 'Average');
      draft.set(ALARM, 'TrailRootUse', ['ComparisonOperator'], 'GreaterThanThreshold');
    },
    /^RootUse: does not ring after 1 times ListUsers/,
  );
  notices(
    'an average that other events thin out',
    alarmsRing,
    (draft) => draft.set(ALARM, 'TrailKeyLoss', ['Statistic'], 'Average'),
    /^KeyLoss: is drowned out by other events/,
  );
  notices(
    'a pattern with a field that no event has',
    alarmsRing,
    (draft) => draft.set(FILTER, 'TrailTrailChange', ['FilterPattern'], '{ $.event = "StopLogging" }'),
    /^TrailChange: does not ring after 1 times StopLogging/,
  );
  notices(
    'a pattern that sees every role',
    alarmsRing,
    (draft) => draft.set(FILTER, 'TrailBreakGlassUse', ['FilterPattern'], '{ $.eventName = "AssumeRole" }'),
    /^BreakGlassUse: rings for/,
  );
  notices(
    'a metric that publishes nothing',
    alarmsRing,
    (draft) => draft.set(FILTER, 'TrailBackupLoss', ['MetricTransformations', 0, 'MetricValue'], '0'),
    /^BackupLoss: does not ring/,
  );
  notices(
    'an alarm that is never OK',
    alarmsRing,
    (draft) => draft.unset(ALARM, 'TrailConfigChange', ['TreatMissingData']),
    /^ConfigChange: is not OK while nothing happens/,
  );
  notices(
    'a filter on another group',
    filtersReadTheTrail,
    (draft) => draft.set(FILTER, 'TrailRootUse', ['LogGroupName'], 'CloudTrail/DefaultLogGroup'),
    /^Detection\/TrailRootUseFilter\w+: does not read/,
  );
});
