import { BATCH_CONFLICT_CODE, EXPORT_EVENT } from '../../../lambda/audit-exporter/contract';
import { ROTATION_EVENT, ROTATION_MALFORMED_CODE } from '../../../lambda/key-rotation/contract';
import { AUDIT_UNAVAILABLE_EVENT, INTEGRITY_FAILURE_CODE } from '../../../lambda/records/contract';
import { KEY_FAILURES } from '../../../lambda/records/ports';
import { GUARDIAN_EVENT } from '../../../lambda/trail-guardian/contract';
import type { AlarmProperties } from '../../../lib/compliance/simulation/alarm-state';
import { alarmState } from '../../../lib/compliance/simulation/alarm-state';
import type { Claim } from '../../support/claims';
import { holds, judgeAll, notices, unlike } from '../../support/claims';
import { compileFilterPattern } from '../../../lib/compliance/simulation/filter-pattern';
import type { Landscape, Resource } from '../../support/landscape';

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

type Line = Readonly<Record<string, string | number>>;

/** An alarm over lines of one function: what is in its log in one period, when it must ring, and when it must not. */
interface LogRow {
  readonly of: string;
  readonly rings: readonly (readonly Line[])[];
  readonly silent: readonly (readonly Line[])[];
  readonly tells: 'security' | 'both';
}

const ALARM = 'AWS::CloudWatch::Alarm';
const FILTER = 'AWS::Logs::MetricFilter';
/** What Lambda itself writes into the same log. */
const PLATFORM: Line = { type: 'platform.report' };
const OK: Line = { event: 'request', status: 200, code: 'ok' };
const waited = (oldestUnexportedS: number): Line => ({ event: EXPORT_EVENT, code: 'ok', oldestUnexportedS });

/** What the guardian says of a run that verified files. */
const guarded = (findings: number, leftRegions: number): Line => ({ event: GUARDIAN_EVENT, scope: 'full', result: 'completed', findings, leftRegions });
/** What it says of a look at the settings alone. */
const looked = (findings: number): Line => ({ event: GUARDIAN_EVENT, scope: 'settings', result: 'completed', findings });

const LOG_ROWS: Readonly<Record<string, LogRow>> = {
  AuditExportStalled: {
    of: 'AuditExporter',
    rings: [[], [PLATFORM], [waited(300)], [waited(12), waited(301), waited(0)], [{ event: EXPORT_EVENT, code: 'failed' }]],
    silent: [[waited(0)], [waited(299), PLATFORM]],
    tells: 'security',
  },
  AuditBatchConflict: {
    of: 'AuditExporter',
    rings: [[waited(0), { event: EXPORT_EVENT, code: BATCH_CONFLICT_CODE, oldestUnexportedS: 70 }]],
    silent: [[waited(0)], [PLATFORM], []],
    tells: 'both',
  },
  AuditUnavailable: {
    of: 'RecordsApi',
    rings: [[OK, { event: AUDIT_UNAVAILABLE_EVENT }]],
    silent: [[OK], [PLATFORM], []],
    tells: 'security',
  },
  IntegrityFailure: {
    of: 'RecordsApi',
    rings: [[OK, { event: 'request', status: 500, code: INTEGRITY_FAILURE_CODE }]],
    silent: [[OK], [{ event: 'request', status: 500, code: 'internal_error' }], []],
    tells: 'both',
  },
  DataKeysUnavailable: {
    of: 'RecordsApi',
    rings: [...KEY_FAILURES, 'key_missing', 'key_list_unavailable'].map((code) => [OK, { event: 'request', status: 503, code }]),
    // Token keys have alarms of their own.
    silent: [
      [OK],
      ...['token_key_unknown', 'keys_unavailable', 'internal_error'].map((code) => [{ event: 'request', status: 401, code }]),
      [],
    ],
    tells: 'security',
  },
  KeyRotationMalformed: {
    of: 'KeyRotationRotate',
    rings: [[{ event: ROTATION_EVENT, code: ROTATION_MALFORMED_CODE }]],
    silent: [[{ event: ROTATION_EVENT, code: 'ok' }], [PLATFORM], []],
    tells: 'security',
  },
  TrailFindings: {
    of: 'GuardianFunction',
    rings: [[guarded(1, 0)], [guarded(0, 0), looked(12), PLATFORM], [{ event: GUARDIAN_EVENT, result: 'failed', findings: 1 }]],
    silent: [[guarded(0, 0)], [looked(0)], [{ event: 'trail_finding', findings: 3 }], [PLATFORM], []],
    tells: 'security',
  },
  TrailUnverified: {
    of: 'GuardianFunction',
    rings: [[], [PLATFORM], [looked(0)], [guarded(0, 1)], [guarded(0, 0), guarded(0, 2)], [{ event: GUARDIAN_EVENT, result: 'failed', findings: 0 }]],
    silent: [[guarded(0, 0)], [guarded(7, 0), looked(3), PLATFORM]],
    tells: 'security',
  },
};

/** Alarms over what failed three times, by the queue it is in. */
const QUEUE_ROWS: Readonly<Record<string, string>> = {
  AuditExportFailed: 'AuditFailed',
  KeyRotationFailed: 'KeyRotationFailed',
  TrailGuardianFailed: 'GuardianFailed',
  AuditSignalsFailed: 'SignalsFailed',
};

/** Alarms over functions that no longer run, by the function. */
const SILENCE_ROWS: Readonly<Record<string, string>> = { AuditSignalsMissing: 'SignalsCount' };

function evidenceAlarms(land: Landscape): readonly { id: string; alarm: Resource<AlarmProperties> }[] {
  return land
    .of<AlarmProperties>(ALARM)
    .filter(({ logicalId }) => logicalId.startsWith('Evidence'))
    .map((alarm) => ({ id: alarm.logicalId.replace(/^Evidence/, '').replace(/[0-9A-F]{8}$/, ''), alarm }));
}

const everyAlarmHasARow: Claim = (land) => {
  const fault = unlike(
    'the alarms',
    evidenceAlarms(land)
      .map(({ id }) => id)
      .sort(),
    [LOG_ROWS, QUEUE_ROWS, SILENCE_ROWS].flatMap((rows) => Object.keys(rows)).sort(),
  );
  return fault === undefined ? [] : [fault];
};

function filterOf(land: Landscape, { MetricName, Namespace }: AlarmProperties): Resource<MetricFilter> | undefined {
  return land
    .of<MetricFilter>(FILTER)
    .find(({ properties }) =>
      properties.MetricTransformations.some((made) => made.MetricName === MetricName && made.MetricNamespace === Namespace),
    );
}

/** What CloudWatch would publish for these lines: a field of a line, a figure, a default, or nothing. */
function published({ FilterPattern, MetricTransformations: [made] }: MetricFilter, lines: readonly Line[]): number[] {
  const matches = compileFilterPattern(FilterPattern);
  return lines.flatMap((line) => {
    if (!made) return [];
    if (!matches(line)) return made.DefaultValue ?? [];
    const value = made.MetricValue.startsWith('$.') ? line[made.MetricValue.slice(2)] : made.MetricValue;
    return value === undefined ? [] : Number(value);
  });
}

const alarmsFollowTheLog: Claim = (land) =>
  judgeAll(
    'alarms over logs',
    evidenceAlarms(land).filter(({ id }) => id in LOG_ROWS),
    ({ id, alarm: { properties } }) => {
      const row = LOG_ROWS[id];
      const filter = filterOf(land, properties);
      if (!row || !filter) return [`${id}: no filter makes its metric`];
      const logGroup = land.one<{ LoggingConfig: { LogGroup: string } }>('AWS::Lambda::Function', row.of).properties.LoggingConfig.LogGroup;
      const state = (lines: readonly Line[]) => alarmState(properties, published(filter.properties, lines));
      return [
        unlike(`${id}'s log`, filter.properties.LogGroupName, logGroup),
        ...row.rings.map((lines) => state(lines) !== 'ALARM' && `${id}: does not ring for ${JSON.stringify(lines)}`),
        ...row.silent.map((lines) => state(lines) !== 'OK' && `${id}: is ${state(lines)} with ${JSON.stringify(lines)}`),
      ];
    },
  );

const alarmsWatchTheirQueues: Claim = (land) =>
  judgeAll(
    'alarms over queues',
    evidenceAlarms(land).filter(({ id }) => id in QUEUE_ROWS),
    ({ id, alarm: { properties } }) => {
      const queue = land.at(properties.Dimensions?.[0]?.Value, 'AWS::SQS::Queue');
      return [
        unlike(`${id}'s metric`, `${properties.Namespace} ${properties.MetricName}`, 'AWS/SQS ApproximateNumberOfMessagesVisible'),
        !queue?.logicalId.startsWith(`${QUEUE_ROWS[id]}Queue`) && `${id}: watches ${queue?.name}`,
        alarmState(properties, [0, 1, 1]) !== 'ALARM' && `${id}: does not ring for a message`,
        alarmState(properties, [0]) !== 'OK' && `${id}: rings for an empty queue`,
        alarmState(properties, []) !== 'OK' && `${id}: rings for a queue that says nothing`,
      ];
    },
  );

const alarmsHearSilence: Claim = (land) =>
  judgeAll(
    'alarms over silence',
    evidenceAlarms(land).filter(({ id }) => id in SILENCE_ROWS),
    ({ id, alarm: { properties } }) => [
      unlike(`${id}'s metric`, `${properties.Namespace} ${properties.MetricName}`, 'AWS/Lambda Invocations'),
      !land.at(properties.Dimensions?.[0]?.Value, 'AWS::Lambda::Function')?.logicalId.startsWith(`${SILENCE_ROWS[id]}Function`) &&
        `${id}: watches something else`,
      alarmState(properties, []) !== 'ALARM' && `${id}: does not ring without a run`,
      alarmState(properties, [1, 1, 1]) !== 'OK' && `${id}: rings when it runs`,
    ],
  );

const officersAreTold: Claim = (land) =>
  judgeAll('alarms', evidenceAlarms(land), ({ id, alarm: { properties } }) => [
    unlike(
      `${id} tells`,
      (properties.AlarmActions ?? []).map((topic) => land.at(topic, 'AWS::SNS::Topic')?.logicalId.replace(/Topic[0-9A-F]{8}$/, '')).sort(),
      LOG_ROWS[id]?.tells === 'both' ? ['Privacy', 'Security'] : ['Security'],
    ),
  ]);

describe('the alarms over evidence', () => {
  holds('are those of this table', everyAlarmHasARow);
  holds('ring for the lines that their function writes, and for no others', alarmsFollowTheLog);
  holds('ring for what failed three times', alarmsWatchTheirQueues);
  holds('ring for what no longer runs', alarmsHearSilence);
  holds('tell the security officer, and the privacy officer of what may have been altered', officersAreTold);

  notices(
    'silence that is taken for health',
    alarmsFollowTheLog,
    (draft) => draft.set(ALARM, 'EvidenceAuditExportStalled', ['TreatMissingData'], 'notBreaching'),
    /^AuditExportStalled: does not ring for \[\]/,
  );
  notices(
    'silence of the signals that is taken for health',
    alarmsHearSilence,
    (draft) => draft.set(ALARM, 'EvidenceAuditSignalsMissing', ['TreatMissingData'], 'notBreaching'),
    /^AuditSignalsMissing: does not ring without a run/,
  );
  notices(
    'a default that makes a failed run look healthy',
    alarmsFollowTheLog,
    (draft) => draft.set(FILTER, 'EvidenceAuditExportStalled', ['MetricTransformations', 0, 'DefaultValue'], 0),
    /^AuditExportStalled: does not ring for \[\{"type":"platform\.report"\}\]/,
  );
  notices(
    'a metric that counts runs instead of seconds',
    alarmsFollowTheLog,
    (draft) => draft.set(FILTER, 'EvidenceAuditExportStalled', ['MetricTransformations', 0, 'MetricValue'], '1'),
    /^AuditExportStalled: does not ring for \[\{"event":"export","code":"ok","oldestUnexportedS":300\}\]/,
  );
  notices(
    'an average over runs that hides the one that waited',
    alarmsFollowTheLog,
    (draft) => draft.set(ALARM, 'EvidenceAuditExportStalled', ['Statistic'], 'Average'),
    /^AuditExportStalled: does not ring for .*301/,
  );
  notices(
    'a pattern that misses a key that was disabled',
    alarmsFollowTheLog,
    (draft) => draft.set(FILTER, 'EvidenceDataKeysUnavailable', ['FilterPattern'], '{ $.code = "key_access_denied" }'),
    /^DataKeysUnavailable: does not ring for .*key_disabled/,
  );
  notices(
    'a pattern that takes token keys for data keys',
    alarmsFollowTheLog,
    (draft) => draft.set(FILTER, 'EvidenceDataKeysUnavailable', ['FilterPattern'], '{ $.code = "key*" }'),
    /^DataKeysUnavailable: is ALARM with .*keys_unavailable/,
  );
  notices(
    'a filter over the log of another function',
    alarmsFollowTheLog,
    (draft) =>
      draft.edit<{ LogGroupName: unknown }>(FILTER, 'EvidenceKeyRotationMalformed', (properties) => {
        properties.LogGroupName = 'another';
      }),
    /^KeyRotationMalformed's log is "another"/,
  );
  notices(
    'an alteration that the privacy officer would not hear of',
    officersAreTold,
    (draft) => draft.unset(ALARM, 'EvidenceIntegrityFailure', ['AlarmActions', 1]),
    /^IntegrityFailure tells is \["Security"\]/,
  );
  notices(
    'an alarm over the queue of something else',
    alarmsWatchTheirQueues,
    (draft) => draft.set(ALARM, 'EvidenceKeyRotationFailed', ['Dimensions', 0, 'Value'], 'another-queue'),
    /^KeyRotationFailed: watches undefined/,
  );
});
