import type { EnvironmentConfig } from './environment';

/** The dev environment. Values marked "example" must be replaced before a deploy. */
export const dev = {
  name: 'dev',
  account: '444455556666', // example
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  recoveryRegion: 'us-west-2',
  domainName: 'api.dev.telehealth.example', // example
  certificate: { from: 'hostedZone', hostedZoneId: 'Z00000000000000EXAMPLE', zoneName: 'telehealth.example' }, // example
  contacts: {
    securityOfficerEmail: 'security@telehealth.example', // example
    privacyOfficerEmail: 'privacy@telehealth.example', // example
  },
  network: { cidr: '10.10.0.0/16', s3PrefixListId: 'pl-63a5400a' },
  database: {
    instanceType: 't4g.medium',
    allocatedStorageGib: 20,
    maxAllocatedStorageGib: 100,
  },
  retention: { archiveDays: 2192, longTermBackupDays: 365 },
  archiveLock: { mode: 'GOVERNANCE', reason: 'Holds synthetic data only, so a mistaken lock must stay correctable.' },
  teardown: { policy: 'disposable', reason: 'Holds synthetic data only, and is destroyed and rebuilt to test the baseline itself.' },
  accountServices: {
    accountTrail: { source: 'create' },
    configRecorder: { source: 'create' },
    guardDuty: { source: 'create' },
    securityHub: { source: 'create' },
    accessAnalyzer: { source: 'create' },
    rdsMetricsLogGroup: { source: 'create' },
  },
  requestsPerAddressPer5Minutes: 2000,
  businessHours: { work: 'none', reason: 'Engineers call it when they build something, so an hour without an event is an ordinary one.' },
} as const satisfies EnvironmentConfig;
