import type { EnvironmentConfig } from './environment';
import { COMPLIANCE_ACKNOWLEDGEMENT } from './environment';
import { exampleValuesIn } from './example-values';
import { SIX_YEARS_DAYS } from './six-years';

/** One thing wrong with an environment's file. */
export interface ConfigFault {
  /** Path of the field, such as `database.instanceType`. */
  readonly field: string;
  /** The value as given. */
  readonly value: unknown;
  /** What would be accepted. */
  readonly allowed: string;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[a-z]{2,63}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):(\d{12}):certificate\/[A-Za-z0-9-]+$/;
const MIN_REASON_LENGTH = 40;
const MIN_BACKUP_DAYS = 365;
/** RDS runs gp3 under 400 GiB at a fixed 3,000 IOPS and refuses an IOPS setting; from 400 GiB on it expects one. */
const MAX_FIXED_IOPS_GIB = 399;

/**
 * Everything wrong with an environment, in the order of its fields; empty when it can be synthesized.
 *
 * A half-filled file is a fault too: example values may stand only where all of them do.
 */
export function configFaults(config: EnvironmentConfig): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const demand = (holds: boolean, field: string, value: unknown, allowed: string): void => {
    if (!holds) faults.push({ field, value, allowed });
  };

  demand(/^\d{12}$/.test(config.account), 'account', config.account, 'twelve digits');
  demand(REGION.test(config.region), 'region', config.region, 'an AWS Region, such as us-east-1');
  checkZones(config, demand);
  demand(
    REGION.test(config.recoveryRegion) && config.recoveryRegion !== config.region,
    'recoveryRegion', config.recoveryRegion, `an AWS Region other than ${config.region}`,
  );
  demand(DOMAIN.test(config.domainName), 'domainName', config.domainName, 'a lower-case fully qualified domain name');
  checkCertificate(config, demand);
  for (const contact of ['securityOfficerEmail', 'privacyOfficerEmail'] as const) {
    const email = config.contacts[contact];
    demand(EMAIL.test(email), `contacts.${contact}`, email, 'an e-mail address');
  }
  demand(isPrivateRange(config.network.cidr), 'network.cidr', config.network.cidr, 'an RFC 1918 block between /16 and /22, such as 10.10.0.0/16');
  demand(/^pl-[0-9a-f]{8,17}$/.test(config.network.s3PrefixListId), 'network.s3PrefixListId', config.network.s3PrefixListId, `the prefix list id of S3 in ${config.region}, such as pl-63a5400a in us-east-1`);
  checkDatabase(config, demand);
  demand(
    isWholeNumber(config.retention.archiveDays, SIX_YEARS_DAYS, 36_500),
    'retention.archiveDays', config.retention.archiveDays, `${SIX_YEARS_DAYS} (six years) to 36500 days`,
  );
  demand(
    isWholeNumber(config.retention.longTermBackupDays, MIN_BACKUP_DAYS, 36_500),
    'retention.longTermBackupDays', config.retention.longTermBackupDays, `${MIN_BACKUP_DAYS} to 36500 days`,
  );
  checkRelaxations(config, demand);
  demand(
    isWholeNumber(config.requestsPerAddressPer5Minutes, 100, 100_000),
    'requestsPerAddressPer5Minutes', config.requestsPerAddressPer5Minutes, '100 to 100000',
  );
  checkBusinessHours(config, demand);
  checkOptional('recordsReservedConcurrency', config.recordsReservedConcurrency, 1, 1000, demand);
  checkOptional('audit.stopReadsAfterHours', config.audit?.stopReadsAfterHours, 1, 168, demand);
  checkOptional('audit.exporterReservedConcurrency', config.audit?.exporterReservedConcurrency, 1, 10, demand);
  checkIncidents(config, demand);
  demand(
    config.recordingWriterRoleName === undefined || /^[\w+=,.@-]{1,64}$/.test(config.recordingWriterRoleName),
    'recordingWriterRoleName', config.recordingWriterRoleName, 'the name of an IAM role of this account without path, or leave it out',
  );

  const examples = exampleValuesIn(config);
  if (!examples.allStillExamples) {
    for (const { field, value } of examples.remaining) {
      faults.push({ field, value, allowed: 'your own value: this one is still the example, while others of the file are yours' });
    }
  }
  return faults;
}

type Demand = (holds: boolean, field: string, value: unknown, allowed: string) => void;

function checkOptional(field: string, value: number | undefined, min: number, max: number, demand: Demand): void {
  demand(value === undefined || isWholeNumber(value, min, max), field, value, `${min} to ${max}, or leave it out`);
}

function checkIncidents({ incidents }: EnvironmentConfig, demand: Demand): void {
  const { regime, timeZone } = incidents ?? {};
  demand(timeZone === undefined || isTimeZone(timeZone), 'incidents.timeZone', timeZone, 'an IANA time zone, such as America/New_York, or leave it out');
  demand(regime === undefined || regime.length > 0, 'incidents.regime', regime, 'at least one of hipaa, ftc, state and contract, or leave it out');
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}

function checkBusinessHours({ businessHours: hours }: EnvironmentConfig, demand: Demand): void {
  if (hours.work === 'none') {
    demand(hours.reason.length >= MIN_REASON_LENGTH, 'businessHours.reason', hours.reason, `a reason of ${MIN_REASON_LENGTH} characters or more`);
    return;
  }
  const { fromHourUtc, untilHourUtc } = hours;
  demand(
    isWholeNumber(fromHourUtc, 0, 23) && isWholeNumber(untilHourUtc, fromHourUtc + 1, 24),
    'businessHours', hours, 'whole hours in UTC, 0 to 24, the first before the second, such as 14 and 22',
  );
}

function checkZones({ availabilityZones, region }: EnvironmentConfig, demand: Demand): void {
  const named = availabilityZones.every((zone) => zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length)));
  const distinct = new Set(availabilityZones).size === availabilityZones.length;
  demand(
    named && distinct && availabilityZones.length >= 2 && availabilityZones.length <= 3,
    'availabilityZones', availabilityZones, `two or three different zones of ${region}, such as ${region}a and ${region}b`,
  );
}

function checkCertificate({ certificate, region, account, domainName }: EnvironmentConfig, demand: Demand): void {
  if (certificate.from === 'arn') {
    const [, certificateRegion, certificateAccount] = CERTIFICATE_ARN.exec(certificate.certificateArn) ?? [];
    demand(
      certificateRegion === region && certificateAccount === account,
      'certificate.certificateArn', certificate.certificateArn, `the ARN of an ACM certificate in ${region} of account ${account}`,
    );
    return;
  }
  demand(/^Z[A-Z0-9]{1,31}$/.test(certificate.hostedZoneId), 'certificate.hostedZoneId', certificate.hostedZoneId, 'a Route 53 hosted zone id, such as Z0123456789ABCDEFGHIJ');
  demand(
    domainName === certificate.zoneName || domainName.endsWith(`.${certificate.zoneName}`),
    'certificate.zoneName', certificate.zoneName, `the zone that contains ${domainName}`,
  );
}

function checkDatabase({ database }: EnvironmentConfig, demand: Demand): void {
  demand(
    /^[a-z][a-z0-9]+\.(micro|small|medium|large|\d*xlarge)$/.test(database.instanceType),
    'database.instanceType', database.instanceType, 'an RDS instance class without "db.", such as m7g.large',
  );
  demand(
    isWholeNumber(database.allocatedStorageGib, 20, MAX_FIXED_IOPS_GIB),
    'database.allocatedStorageGib', database.allocatedStorageGib, `20 to ${MAX_FIXED_IOPS_GIB} GiB`,
  );
  demand(
    isWholeNumber(database.maxAllocatedStorageGib, Math.ceil(database.allocatedStorageGib * 1.1), 65_536),
    'database.maxAllocatedStorageGib', database.maxAllocatedStorageGib, 'at least a tenth above allocatedStorageGib, up to 65536 GiB',
  );
}

function checkRelaxations({ name, archiveLock, teardown, contacts }: EnvironmentConfig, demand: Demand): void {
  if (archiveLock.mode === 'COMPLIANCE') {
    demand(
      archiveLock.acknowledgement === COMPLIANCE_ACKNOWLEDGEMENT,
      'archiveLock.acknowledgement', archiveLock.acknowledgement, `exactly "${COMPLIANCE_ACKNOWLEDGEMENT}"`,
    );
    demand(EMAIL.test(archiveLock.acknowledgedBy), 'archiveLock.acknowledgedBy', archiveLock.acknowledgedBy, 'the e-mail address of a person');
    demand(
      archiveLock.acknowledgedBy !== contacts.securityOfficerEmail,
      'archiveLock.acknowledgedBy', archiveLock.acknowledgedBy, 'somebody other than the security officer, who operates the archive',
    );
  } else {
    demand(name !== 'prod', 'archiveLock.mode', archiveLock.mode, 'COMPLIANCE in prod');
    demand(archiveLock.reason.length >= MIN_REASON_LENGTH, 'archiveLock.reason', archiveLock.reason, `a reason of ${MIN_REASON_LENGTH} characters or more`);
  }
  if (teardown.policy === 'disposable') {
    demand(name !== 'prod', 'teardown.policy', teardown.policy, 'protected in prod');
    demand(teardown.reason.length >= MIN_REASON_LENGTH, 'teardown.reason', teardown.reason, `a reason of ${MIN_REASON_LENGTH} characters or more`);
  }
}

function isWholeNumber(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function isPrivateRange(cidr: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return false;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix < 16 || prefix > 22) return false;
  const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const hostBits = 2 ** (32 - prefix);
  if (address % hostBits !== 0) return false;
  return a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
}
