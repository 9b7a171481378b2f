import type { EnvironmentConfig } from './environment';

/** The staging environment. Values marked "example" must be replaced before a deploy. */
export const staging = {
  name: 'staging',
  account: '777788889999', // example
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  recoveryRegion: 'us-west-2',
  domainName: 'api.staging.telehealth.example', // example
  certificate: { from: 'hostedZone', hostedZoneId: 'Z00000000000000EXAMPLE', zoneName: 'telehealth.example' }, // example
  contacts: {
    securityOfficerEmail: 'security@telehealth.example', // example
    privacyOfficerEmail: 'privacy@telehealth.example', // example
  },
  network: { cidr: '10.20.0.0/16', s3PrefixListId: 'pl-63a5400a' },
  database: {
    instanceType: 'm7g.large',
    allocatedStorageGib: 50,
    maxAllocatedStorageGib: 200,
  },
  retention: { archiveDays: 2192, longTermBackupDays: 365 },
  archiveLock: { mode: 'GOVERNANCE', reason: 'Rehearses prod with synthetic data; a lock that binds the root user would outlive the account.' },
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
  businessHours: { work: 'none', reason: 'Rehearses releases with synthetic data, and nobody is there between two of them.' },
} as const satisfies EnvironmentConfig;
