import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { textAt, valueAt } from '../../model/read';

/** A property that takes certain values only. */
interface Offer {
  readonly type: string;
  readonly property: string;
  readonly fits: (value: string) => boolean;
  readonly expected: string;
}

const LOG_RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const isOneOf =
  (...values: readonly (string | number)[]) =>
  (value: string): boolean =>
    values.map(String).includes(value);
const isWithin =
  (least: number, most: number) =>
  (value: string): boolean =>
    Number(value) >= least && Number(value) <= most;

const OFFERS: readonly Offer[] = [
  {
    type: 'AWS::Logs::LogGroup',
    property: 'RetentionInDays',
    fits: isOneOf(...LOG_RETENTIONS),
    expected: 'one of the retentions of CloudWatch Logs, such as 2192',
  },
  { type: 'AWS::KMS::Key', property: 'PendingWindowInDays', fits: isWithin(7, 30), expected: '7 to 30' },
  { type: 'AWS::KMS::Key', property: 'RotationPeriodInDays', fits: isWithin(90, 2560), expected: '90 to 2560' },
  { type: 'AWS::SQS::Queue', property: 'MessageRetentionPeriod', fits: isWithin(60, 1_209_600), expected: '60 to 1209600 seconds' },
  { type: 'AWS::SQS::Queue', property: 'KmsDataKeyReusePeriodSeconds', fits: isWithin(60, 86_400), expected: '60 to 86400 seconds' },
  { type: 'AWS::RDS::DBInstance', property: 'BackupRetentionPeriod', fits: isWithin(0, 35), expected: '0 to 35' },
  {
    type: 'AWS::RDS::DBInstance',
    property: 'MonitoringInterval',
    fits: isOneOf(0, 1, 5, 10, 15, 30, 60),
    expected: 'one of 0, 1, 5, 10, 15, 30, 60',
  },
  { type: 'AWS::RDS::DBInstance', property: 'AutomaticBackupReplicationRetentionPeriod', fits: isWithin(1, 35), expected: '1 to 35' },
  {
    type: 'AWS::RDS::DBInstance',
    property: 'CACertificateIdentifier',
    fits: isOneOf('rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'),
    expected: 'one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1',
  },
  {
    type: 'AWS::RDS::DBInstance',
    property: 'PerformanceInsightsRetentionPeriod',
    fits: (value) => isOneOf(7, 731)(value) || (Number(value) % 31 === 0 && isWithin(31, 713)(value)),
    expected: '7, 731 or a multiple of 31 up to 713',
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    property: 'Period',
    fits: (value) => isOneOf(10, 20, 30)(value) || (Number(value) > 0 && Number(value) % 60 === 0),
    expected: '10, 20, 30 or a multiple of 60',
  },
  { type: 'AWS::Cognito::UserPool', property: 'MfaConfiguration', fits: isOneOf('ON', 'OFF', 'OPTIONAL'), expected: 'ON, OPTIONAL or OFF' },
];

/** Values that look like any other and are refused. */
export const valuesAreOffered: Check = {
  id: 'deploy/values-are-offered',
  claim: 'every retention, waiting time, interval and certificate is one that its service offers',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const types = new Set(OFFERS.map(({ type }) => type));
    return judgeEach(
      environment.all.filter(({ type }) => types.has(type)),
      '164.308(a)(8)',
      (resource) =>
        OFFERS.filter(({ type }) => type === resource.type).flatMap(({ property, fits, expected }): readonly Fault[] => {
          const value = textAt(resource, property);
          if (value === undefined)
            return valueAt(resource, property) === undefined ? [] : [{ property, value: valueAt(resource, property), expected }];
          return fits(value) ? [] : [{ property, value, expected }];
        }),
    );
  },
};
