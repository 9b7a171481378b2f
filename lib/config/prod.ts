import type { EnvironmentConfig } from './environment';
import { COMPLIANCE_ACKNOWLEDGEMENT } from './environment';

/** The prod environment. Values marked "example" must be replaced before a deploy. */
export const prod = {
  name: 'prod',
  account: '111122223333', // example
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  recoveryRegion: 'us-west-2',
  domainName: 'api.telehealth.example', // example
  certificate: { from: 'hostedZone', hostedZoneId: 'Z00000000000000EXAMPLE', zoneName: 'telehealth.example' }, // example
  contacts: {
    securityOfficerEmail: 'security@telehealth.example', // example
    privacyOfficerEmail: 'privacy@telehealth.example', // example
  },
  network: { cidr: '10.30.0.0/16', s3PrefixListId: 'pl-63a5400a' },
  database: {
    instanceType: 'm7g.large',
    allocatedStorageGib: 100,
    maxAllocatedStorageGib: 390,
  },
  retention: { archiveDays: 2192, longTermBackupDays: 2192 },
  archiveLock: {
    mode: 'COMPLIANCE',
    acknowledgement: COMPLIANCE_ACKNOWLEDGEMENT,
    acknowledgedBy: 'ceo@telehealth.example', // example
  },
  teardown: { policy: 'protected' },
  accountServices: {
    accountTrail: { source: 'create' },
    configRecorder: { source: 'create' },
    guardDuty: { source: 'create' },
    securityHub: { source: 'create' },
    accessAnalyzer: { source: 'create' },
    rdsMetricsLogGroup: { source: 'create' },
  },
  requestsPerAddressPer5Minutes: 2000,
  // Within the working day of the east coast all year round: 9 to 17 in winter, 10 to 18 in summer.
  businessHours: { work: 'weekdays', fromHourUtc: 14, untilHourUtc: 22 },
} as const satisfies EnvironmentConfig;
