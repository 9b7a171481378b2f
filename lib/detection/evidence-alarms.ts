import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { JsonPattern, MetricFilterProps } from 'aws-cdk-lib/aws-logs';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BATCH_CONFLICT_CODE, EXPORT_EVENT } from '../../lambda/audit-exporter/contract';
import { ROTATION_MALFORMED_CODE } from '../../lambda/key-rotation/contract';
import { AUDIT_UNAVAILABLE_EVENT, INTEGRITY_FAILURE_CODE } from '../../lambda/records/contract';
import { GUARDIAN_EVENT } from '../../lambda/trail-guardian/contract';
import type { AuditExporter } from '../api/audit-exporter';
import type { RecordsFunction } from '../api/records-function';
import type { EnvironmentName } from '../config/environment';
import type { KeyRotation } from '../data/key-rotation';
import type { AlarmRow } from '../shared/runbook-alarm';
import { RunbookAlarm } from '../shared/runbook-alarm';
import type { SecureFunction } from '../shared/secure-function';
import type { TrailGuardian } from '../trail/trail-guardian';
import type { AuditSignals } from './audit-signals';

/** What the alarms read and whom they tell. */
export interface EvidenceAlarmsProps {
  readonly environment: EnvironmentName;
  readonly securityTopic: ITopic;
  /** Is told, besides, of what may mean that records or their history were altered. */
  readonly privacyTopic: ITopic;
  readonly records: RecordsFunction;
  readonly audit: AuditExporter;
  readonly signals: AuditSignals;
  readonly keyRotation: KeyRotation;
  /** Undefined where another team runs the trail. */
  readonly guardian: TrailGuardian | undefined;
}

interface EvidenceAlarm extends AlarmRow {
  /** @default the security officer alone */
  readonly tell?: 'bothOfficers';
}

/** What a filter makes of a line that fits, and of one that does not. */
type FilterValue = Pick<MetricFilterProps, 'metricValue' | 'defaultValue'>;

/** Within which the guardian runs twice. */
const TWO_RUNS = Duration.hours(1);

/** Within which unusual access is looked for three times. */
const THREE_LOOKS = Duration.minutes(15);

/** Age in seconds of the oldest event that is in the database only. */
const STALLED_S = 300;

/**
 * Alarms over what proves who did what, and over what keeps records unaltered and readable: the audit trail of the application, the
 * integrity of stored values, the keys they are under, the trail of the account, and what looks for unusual access. 164.312(b),
 * 164.312(c)(1), 164.308(a)(1)(ii)(D).
 */
export class EvidenceAlarms extends Construct {
  constructor(scope: Construct, id: string, private readonly props: EvidenceAlarmsProps) {
    super(scope, id);
    for (const row of [...this.exportRows(), ...this.signalRows(), ...this.recordRows(), ...this.guardianRows()]) {
      const tell = row.tell === 'bothOfficers' ? [props.securityTopic, props.privacyTopic] : [props.securityTopic];
      new RunbookAlarm(this, row.id, { ...row, tell });
    }
  }

  private exportRows(): EvidenceAlarm[] {
    const { audit } = this.props;
    return [
      {
        id: 'AuditExportStalled',
        description: 'Audit events have waited five minutes for their export, or no run of the exporter said how long they wait.',
        metric: this.longestWait(),
        threshold: STALLED_S,
        missing: TreatMissingData.BREACHING,
      },
      {
        id: 'AuditExportFailed',
        description: 'A run of the audit exporter failed three times.',
        metric: lettersIn(audit.deadLetters),
      },
      {
        id: 'AuditBatchConflict',
        description: 'The archive holds other bytes under the name of a batch of audit events.',
        metric: this.logged('AuditBatchConflict', audit.exporter, withCode(BATCH_CONFLICT_CODE)),
        tell: 'bothOfficers',
      },
    ];
  }

  private signalRows(): EvidenceAlarm[] {
    const { deadLetters, signals } = this.props.signals;
    return [
      {
        id: 'AuditSignalsFailed',
        description: 'A run that looks for unusual access failed three times.',
        metric: lettersIn(deadLetters),
      },
      {
        id: 'AuditSignalsMissing',
        description: 'Nothing has looked for unusual access for a quarter of an hour.',
        metric: signals.function.metricInvocations({ statistic: Stats.SUM, period: THREE_LOOKS }),
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
    ];
  }

  private recordRows(): EvidenceAlarm[] {
    const { keyRotation, records } = this.props;
    const api = records.api;
    return [
      {
        id: 'AuditUnavailable',
        description: 'The records API could not write a refusal into the audit trail.',
        metric: this.logged('AuditUnavailable', api, ofEvent(AUDIT_UNAVAILABLE_EVENT)),
      },
      {
        id: 'IntegrityFailure',
        description: 'A stored value is not what was stored in its place.',
        metric: this.logged('IntegrityFailure', api, withCode(INTEGRITY_FAILURE_CODE)),
        tell: 'bothOfficers',
      },
      {
        id: 'DataKeysUnavailable',
        description: 'The records API could not use a key that fields are encrypted or indexed with.',
        // Every code of the key providers begins so, and no other code does.
        metric: this.logged('DataKeysUnavailable', api, withCode('key_*')),
      },
      {
        id: 'KeyRotationFailed',
        description: 'A step of the rotation of data keys failed three times.',
        metric: lettersIn(keyRotation.deadLetters),
      },
      {
        id: 'KeyRotationMalformed',
        description: 'The rotation of data keys met stored values that name no key.',
        metric: this.logged('KeyRotationMalformed', keyRotation.rotation, withCode(ROTATION_MALFORMED_CODE)),
      },
    ];
  }

  private guardianRows(): EvidenceAlarm[] {
    const { guardian: trail } = this.props;
    if (!trail) return [];
    const { deadLetters, guardian } = trail;
    return [
      {
        id: 'TrailFindings',
        description: 'The trail is not as its template has it, does not log, or a file of it is not what CloudTrail delivered.',
        metric: this.logged('TrailFindings', guardian, FilterPattern.all(ofEvent(GUARDIAN_EVENT), FilterPattern.numberValue('$.findings', '>=', 1))),
      },
      {
        id: 'TrailGuardianFailed',
        description: 'A run of the trail guardian failed three times.',
        metric: lettersIn(deadLetters),
      },
      {
        id: 'TrailUnverified',
        description: 'For an hour, no run of the trail guardian verified the files of every Region.',
        metric: this.unverifiedRegions(guardian),
        missing: TreatMissingData.BREACHING,
      },
    ];
  }

  /** Without a default, as the wait of events: a run that verified no files says nothing of them. */
  private unverifiedRegions(guardian: SecureFunction): IMetric {
    const verified = FilterPattern.all(ofEvent(GUARDIAN_EVENT), FilterPattern.numberValue('$.leftRegions', '>=', 0));
    return this.filter('TrailUnverified', guardian, verified, { metricValue: '$.leftRegions' }).metric({ statistic: Stats.MAXIMUM, period: TWO_RUNS });
  }

  /** Counts lines of a function's own log. */
  private logged(id: string, of: SecureFunction, pattern: JsonPattern): IMetric {
    const filter = this.filter(id, of, pattern, { metricValue: '1', defaultValue: 0 });
    return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
  }

  /** Without a default: a line of Lambda's own, of a run that failed, would otherwise count as a wait of nothing. */
  private longestWait(): IMetric {
    const withWait = FilterPattern.numberValue('$.oldestUnexportedS', '>=', 0);
    return this.filter('AuditExportStalled', this.props.audit.exporter, FilterPattern.all(ofEvent(EXPORT_EVENT), withWait), {
      metricValue: '$.oldestUnexportedS',
    }).metric({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) });
  }

  private filter(id: string, of: SecureFunction, pattern: JsonPattern, value: FilterValue): MetricFilter {
    return new MetricFilter(this, `${id}Filter`, {
      logGroup: of.logGroup,
      filterPattern: pattern,
      metricNamespace: `Baseline/${this.props.environment}/Evidence`,
      metricName: id,
      ...value,
    });
  }
}

function lettersIn(queue: IQueue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) });
}

function ofEvent(event: string): JsonPattern {
  return FilterPattern.stringValue('$.event', '=', event);
}

function withCode(code: string): JsonPattern {
  return FilterPattern.stringValue('$.code', '=', code);
}
