import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFilterPattern, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KEYS_UNREADABLE_EVENT, KEY_UNKNOWN_CODE } from '../../lambda/records/contract';
import type { JwksRefresher } from '../api/jwks-refresher';
import type { RecordsFunction } from '../api/records-function';
import type { EnvironmentName } from '../config/environment';
import { metricFailedDeliveries, metricUndelivered } from '../shared/event-delivery';
import type { AlarmRow } from '../shared/runbook-alarm';
import { RunbookAlarm } from '../shared/runbook-alarm';
import { DISGUISED_LOGIN, REFUSED_LOGIN, UNEXPECTED_LOGIN } from './database-logins';

/** What the alarms read and whom they tell. */
export interface ServiceAlarmsProps {
  readonly environment: EnvironmentName;
  readonly topic: ITopic;
  readonly records: RecordsFunction;
  readonly tokenKeys: JwksRefresher;
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly database: IDatabaseInstance;
  /** What PostgreSQL writes of connections. */
  readonly databaseLog: ILogGroup;
  /** Detections that did not reach the topic. */
  readonly undelivered: IQueue;
}

/** Five gibibytes, in bytes: the unit of the RDS metric. */
const LOW_STORAGE_BYTES = 5 * 1024 ** 3;

/**
 * Logins refused within five minutes. Nobody types a password here, and functions sign a token for every login: a token that is late, or a
 * password that RDS changed under a migration, is refused once or twice. More are attempts, or a login that has lost its right.
 */
const REFUSED_LOGINS = 5;

/**
 * Alarms over the service itself: what keeps it from being available or from checking tokens, and who logs in to its database.
 * 164.308(a)(7)(ii)(C), 164.308(a)(5)(ii)(C), 164.312(d).
 */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, private readonly props: ServiceAlarmsProps) {
    super(scope, id);
    for (const row of this.rows()) new RunbookAlarm(this, row.id, { ...row, tell: [props.topic] });
  }

  private rows(): AlarmRow[] {
    const { database, loadBalancer, records, tokenKeys, undelivered } = this.props;
    const sum = { statistic: Stats.SUM, period: Duration.minutes(5) };
    const api = records.api.function;
    return [
      { id: 'RecordsErrors', description: 'The records function failed.', metric: api.metricErrors(sum) },
      { id: 'RecordsThrottles', description: 'The records function was throttled.', metric: api.metricThrottles(sum) },
      {
        id: 'LoadBalancerErrors',
        description: 'The load balancer itself answered five requests with 5xx in five minutes.',
        metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
        threshold: 5,
      },
      {
        id: 'RecordsServerErrors',
        description: 'The records API answered five requests with 5xx in five minutes.',
        metric: loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
        threshold: 5,
      },
      { id: 'UnknownTokenKey', description: 'A token names a key that the copy of the token keys does not hold.', metric: this.logged('UnknownTokenKey', '$.code', KEY_UNKNOWN_CODE) },
      { id: 'TokenKeysUnreadable', description: 'The records function cannot read the copy of the token keys.', metric: this.logged('TokenKeysUnreadable', '$.event', KEYS_UNREADABLE_EVENT) },
      {
        id: 'TokenKeysStale',
        description: 'The refresh of the token keys has not run for an hour.',
        metric: tokenKeys.refresher.function.metricInvocations({ statistic: Stats.SUM, period: Duration.hours(1) }),
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
      {
        id: 'TokenKeysRefreshFailed',
        description: 'A refresh of the token keys failed three times.',
        metric: tokenKeys.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
      },
      {
        id: 'DetectionUndelivered',
        description: 'A detection did not reach the alarm topic.',
        metric: metricUndelivered(undelivered),
      },
      {
        id: 'DetectionFailed',
        description: 'An event rule could not invoke its target.',
        metric: metricFailedDeliveries(),
      },
      {
        id: 'UnexpectedLogin',
        description: 'Somebody logged in to the database who is not one of the expected logins.',
        metric: this.unexpectedLogins(),
      },
      {
        id: 'LoginRefused',
        description: 'The database refused five logins in five minutes.',
        metric: this.counted('LoginRefused', this.props.databaseLog, REFUSED_LOGIN),
        threshold: REFUSED_LOGINS,
      },
      {
        id: 'DatabaseStorageLow',
        description: 'The database has less than 5 GiB of free storage.',
        metric: database.metricFreeStorageSpace({ statistic: Stats.MINIMUM, period: Duration.minutes(5) }),
        threshold: LOW_STORAGE_BYTES,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
    ];
  }

  /** Counts lines of the function's own log by one field. */
  private logged(id: string, field: string, value: string): IMetric {
    return this.counted(id, this.props.records.api.logGroup, FilterPattern.stringValue(field, '=', value));
  }

  /** By two filters of one metric: terms leave the expected out, and a disguise is known by another kind of pattern only. */
  private unexpectedLogins(): IMetric {
    const { databaseLog } = this.props;
    this.counted('UnexpectedLogin', databaseLog, DISGUISED_LOGIN, 'DisguisedLogin');
    return this.counted('UnexpectedLogin', databaseLog, UNEXPECTED_LOGIN);
  }

  /** Counts lines of a log. */
  private counted(metricName: string, logGroup: ILogGroup, filterPattern: IFilterPattern, id: string = metricName): IMetric {
    return new MetricFilter(this, `${id}Filter`, {
      logGroup,
      filterPattern,
      metricNamespace: `Baseline/${this.props.environment}/Service`,
      metricName,
      metricValue: '1',
      defaultValue: 0,
    }).metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
  }
}
