import fc from 'fast-check';
import type { EnvironmentConfig } from '../../../lib/config/environment';
import { COMPLIANCE_ACKNOWLEDGEMENT } from '../../../lib/config/environment';
import { ENVIRONMENTS, selectEnvironments } from '../../../lib/config/select';
import { configFaults } from '../../../lib/config/validate';

const { dev, prod } = ENVIRONMENTS;

/** An environment with every example value replaced. */
const OWN_VALUES = {
  account: '210987654321',
  domainName: 'api.clinic.org',
  certificate: { from: 'hostedZone', hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'clinic.org' },
  contacts: { securityOfficerEmail: 'security@clinic.org', privacyOfficerEmail: 'privacy@clinic.org' },
} as const;
const filledDev: EnvironmentConfig = { ...dev, ...OWN_VALUES };
const filled: EnvironmentConfig = {
  ...prod,
  ...OWN_VALUES,
  archiveLock: { mode: 'COMPLIANCE', acknowledgement: COMPLIANCE_ACKNOWLEDGEMENT, acknowledgedBy: 'owner@clinic.org' },
};

function faultyFields(changes: Partial<EnvironmentConfig>, base: EnvironmentConfig = filledDev): string[] {
  return configFaults({ ...base, ...changes }).map(({ field }) => field);
}

describe('configuration', () => {
  test.each(Object.values(ENVIRONMENTS))('the shipped $name environment has no fault', (config) => {
    expect(configFaults(config)).toEqual([]);
  });

  test('a filled environment has no fault', () => {
    expect(configFaults(filled)).toEqual([]);
  });

  test('a half-filled environment names every example value that is left', () => {
    const contacts = { securityOfficerEmail: 'security@telehealth.example', privacyOfficerEmail: 'privacy@telehealth.example' };
    const archiveLock = { mode: 'COMPLIANCE', acknowledgement: COMPLIANCE_ACKNOWLEDGEMENT, acknowledgedBy: 'ceo@telehealth.example' } as const;
    expect(faultyFields({ contacts, archiveLock }, filled)).toEqual([
      'contacts.securityOfficerEmail', 'contacts.privacyOfficerEmail', 'archiveLock.acknowledgedBy',
    ]);
  });

  test.each<[string, Partial<EnvironmentConfig>]>([
    ['account', { account: '1234' }],
    ['availabilityZones', { availabilityZones: ['us-east-1a'] }],
    ['availabilityZones', { availabilityZones: ['us-east-1a', 'us-east-1a'] }],
    ['availabilityZones', { availabilityZones: ['us-east-1a', 'eu-west-1b'] }],
    ['recoveryRegion', { recoveryRegion: dev.region }],
    ['domainName', { domainName: 'API.clinic.org' }],
    ['certificate.zoneName', { certificate: { ...OWN_VALUES.certificate, zoneName: 'other.org' } }],
    ['certificate.certificateArn', { certificate: { from: 'arn', certificateArn: 'arn:aws:acm:nowhere:210987654321:certificate/abc' } }],
    ['contacts.privacyOfficerEmail', { contacts: { ...OWN_VALUES.contacts, privacyOfficerEmail: 'nobody' } }],
    ['network.cidr', { network: { ...dev.network, cidr: '8.8.0.0/16' } }],
    ['network.cidr', { network: { ...dev.network, cidr: '10.0.0.1/16' } }],
    ['network.s3PrefixListId', { network: { ...dev.network, s3PrefixListId: 'pl-x' } }],
    ['database.instanceType', { database: { ...dev.database, instanceType: 'db.m7g.large' } }],
    ['database.allocatedStorageGib', { database: { ...dev.database, allocatedStorageGib: 400, maxAllocatedStorageGib: 500 } }],
    ['database.maxAllocatedStorageGib', { database: { ...dev.database, maxAllocatedStorageGib: 21 } }],
    ['retention.archiveDays', { retention: { ...dev.retention, archiveDays: 2190 } }],
    ['retention.longTermBackupDays', { retention: { ...dev.retention, longTermBackupDays: 30 } }],
    ...[[9, 9], [22, 14], [-1, 8], [8, 25], [8.5, 17]].map(
      ([fromHourUtc = 0, untilHourUtc = 0]) => ['businessHours', { businessHours: { work: 'weekdays', fromHourUtc, untilHourUtc } }] as [string, Partial<EnvironmentConfig>],
    ),
    ['businessHours.reason', { businessHours: { work: 'none', reason: 'because' } }],
    ['archiveLock.reason', { archiveLock: { mode: 'GOVERNANCE', reason: 'because' } }],
    ['teardown.reason', { teardown: { policy: 'disposable', reason: '' } }],
    ['requestsPerAddressPer5Minutes', { requestsPerAddressPer5Minutes: 99 }],
    ['recordsReservedConcurrency', { recordsReservedConcurrency: 0 }],
    ['audit.stopReadsAfterHours', { audit: { stopReadsAfterHours: 0 } }],
    ['audit.stopReadsAfterHours', { audit: { stopReadsAfterHours: 169 } }],
    ['audit.stopReadsAfterHours', { audit: { stopReadsAfterHours: 1.5 } }],
    ['audit.exporterReservedConcurrency', { audit: { exporterReservedConcurrency: 11 } }],
    ['incidents.timeZone', { incidents: { timeZone: 'America/Gotham' } }],
    ['incidents.regime', { incidents: { regime: [] } }],
    ['recordingWriterRoleName', { recordingWriterRoleName: '*' }],
    ['recordingWriterRoleName', { recordingWriterRoleName: 'arn:aws:iam::210987654321:role/recorder' }],
  ])('refuses a wrong %s', (field, changes) => {
    expect(faultyFields(changes)).toEqual([field]);
  });

  test.each([1, 24, 168])('takes %d hours, after which reads stop', (stopReadsAfterHours) => {
    const audit = { stopReadsAfterHours, exporterReservedConcurrency: 1 };
    expect(faultyFields({ audit, recordingWriterRoleName: 'video-recorder' })).toEqual([]);
  });

  test('refuses a Region that is none, and with it zones that are not of it', () => {
    expect(faultyFields({ region: 'mars-1' })).toEqual(['region', 'availabilityZones']);
  });

  test('refuses GOVERNANCE and disposability in prod', () => {
    expect(faultyFields({ archiveLock: dev.archiveLock, teardown: dev.teardown }, filled)).toEqual(['archiveLock.mode', 'teardown.policy']);
  });

  test('refuses a COMPLIANCE lock that nobody acknowledged word for word, or that its operator acknowledged', () => {
    const acknowledgement = 'ok' as typeof COMPLIANCE_ACKNOWLEDGEMENT;
    expect(faultyFields({ archiveLock: { mode: 'COMPLIANCE', acknowledgement, acknowledgedBy: 'security@clinic.org' } }, filled)).toEqual([
      'archiveLock.acknowledgement', 'archiveLock.acknowledgedBy',
    ]);
  });

  test('prod carries no relaxation', () => {
    expect(reasonsIn(prod)).toEqual([]);
    expect(reasonsIn(dev)).not.toEqual([]);
  });

  test('accepts exactly the aligned private ranges between /16 and /22', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(255), fc.integer({ min: 8, max: 30 }), (a, b, c, prefix) => {
        const aligned = (((a << 24) | (b << 16) | (c << 8)) >>> 0) % 2 ** (32 - prefix) === 0;
        const isPrivate = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
        const accepted = !faultyFields({ network: { ...dev.network, cidr: `${a}.${b}.${c}.0/${prefix}` } }).includes('network.cidr');
        expect(accepted).toBe(isPrivate && aligned && prefix >= 16 && prefix <= 22);
      }),
    );
  });
});

describe('selection', () => {
  test('takes every environment when none is named, and one when it is', () => {
    expect(selectEnvironments().map(({ name }) => name)).toEqual(['dev', 'staging', 'prod']);
    expect(selectEnvironments('staging').map(({ name }) => name)).toEqual(['staging']);
  });

  test.each(['production', '', 3, true, 'toString'])('refuses the name %p and lists the valid ones', (name) => {
    expect(() => selectEnvironments(name)).toThrow(/Unknown environment .* Valid names: dev, staging, prod\./);
  });
});

/** Every reason somewhere in an environment: the mark of a union arm weaker than the baseline. */
function reasonsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'reason' ? [String(inner)] : reasonsIn(inner)));
}
