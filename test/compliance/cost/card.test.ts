import type { Resource } from '../../../lib/compliance/assembly';
import type { Assumptions } from '../../../lib/compliance/cost/assumptions';
import { assumptionsFor } from '../../../lib/compliance/cost/assumptions';
import type { CostCard } from '../../../lib/compliance/cost/card';
import { costCard } from '../../../lib/compliance/cost/card';
import { freeBecause } from '../../../lib/compliance/cost/free-types';
import { PRICERS } from '../../../lib/compliance/cost/types';
import { PRICES } from '../../../lib/compliance/cost/prices';

const NOTHING = Object.fromEntries(Object.keys(assumptionsFor('prod')).map((name) => [name, 0])) as Assumptions;

/** The card of one template with these resources, nothing being assumed unless said. */
function card(resources: readonly Resource[], assumed: Partial<Assumptions> = {}): CostCard {
  const template = { Resources: Object.fromEntries(resources.map((resource, index) => [`Resource${index}`, resource])) };
  return costCard([template], PRICES, { ...NOTHING, ...assumed });
}

/** Monthly dollars by item. */
function monthly(resources: readonly Resource[], assumed: Partial<Assumptions> = {}): Record<string, number> {
  return Object.fromEntries(card(resources, assumed).rows.map((row) => [row.item, row.monthly]));
}

const DATABASE = {
  Type: 'AWS::RDS::DBInstance',
  Properties: { DBInstanceClass: 'db.m7g.large', MultiAZ: true, AllocatedStorage: '100', ManageMasterUserPassword: true },
};

describe('the cost card', () => {
  it('puts every resource in a row, among the free types or among what is not priced', () => {
    const result = card([{ Type: 'AWS::KMS::Key' }, { Type: 'AWS::IAM::Role' }, { Type: 'AWS::Quantum::Vault' }]);
    expect(result.rows.map((row) => row.item)).toEqual(['KMS keys']);
    expect(result.free).toEqual(['AWS::IAM::Role']);
    expect(result.notPriced).toEqual(['AWS::Quantum::Vault']);
  });

  it('counts a type over all templates of the environment', () => {
    const one = { Resources: { A: { Type: 'AWS::KMS::Key' } } };
    const two = { Resources: { A: { Type: 'AWS::KMS::Key' }, B: { Type: 'AWS::KMS::Key' } } };
    expect(costCard([one, two], PRICES, NOTHING).rows).toEqual([
      { item: 'KMS keys', quantity: 3, unit: 'key-month', unitPrice: 1, monthly: 3, confidence: 'recalled' },
    ]);
  });

  it('adds charges of the same kind into one row', () => {
    const small = { Type: 'AWS::RDS::DBInstance', Properties: { AllocatedStorage: 20, MultiAZ: true } };
    expect(card([DATABASE, small]).rows.filter((row) => row.item === 'Database storage')).toMatchObject([{ quantity: 120, monthly: 27.6 }]);
  });

  it('adds up to the cent, with the dearest row first', () => {
    const result = costCard([{ Resources: { A: DATABASE, B: { Type: 'AWS::KMS::Key' } } }], PRICES, assumptionsFor('prod'));
    const cents = result.rows.map((row) => Math.round(row.monthly * 100));
    expect(Math.round(result.total * 100)).toBe(cents.reduce((total, row) => total + row, 0));
    expect(cents).toEqual([...cents].sort((a, b) => b - a));
    expect(result.rows[0]?.item).toBe('Database instance db.m7g.large Multi-AZ');
  });

  it('gives the same card for the same templates', () => {
    const templates = [{ Resources: { A: DATABASE, B: { Type: 'AWS::S3::Bucket' }, C: { Type: 'AWS::WAFv2::WebACL' } } }];
    expect(costCard(templates, PRICES, assumptionsFor('dev'))).toEqual(costCard(templates, PRICES, assumptionsFor('dev')));
  });

  it('is dearer in production than elsewhere for the same resources', () => {
    const templates = [{ Resources: { A: DATABASE, B: { Type: 'AWS::Lambda::Function' }, C: { Type: 'AWS::CloudTrail::Trail' } } }];
    const total = (environment: string) => costCard(templates, PRICES, assumptionsFor(environment)).total;
    expect(total('prod')).toBeGreaterThan(total('dev'));
  });

  it('classifies no type both as billed and as free', () => {
    expect(Object.keys(PRICERS).filter((type) => freeBecause(type) !== undefined)).toEqual([]);
  });
});

describe('the database', () => {
  it('costs its instance and storage in both zones, and the secret that RDS keeps', () => {
    expect(monthly([DATABASE])).toEqual({
      'Database instance db.m7g.large Multi-AZ': 246.01, // 730 x 0.337
      'Database storage': 23, // 100 x 0.23
      'Database secret kept by RDS': 0.4,
    });
  });

  it('costs half without a standby', () => {
    const single = { ...DATABASE, Properties: { ...DATABASE.Properties, MultiAZ: false } };
    expect(monthly([single])).toMatchObject({ 'Database instance db.m7g.large Single-AZ': 122.64, 'Database storage': 11.5 });
  });

  it('of a class without a price is named, not guessed', () => {
    const unknown = { ...DATABASE, Properties: { ...DATABASE.Properties, DBInstanceClass: 'db.x99.huge' } };
    expect(card([unknown]).notPriced).toEqual(['Database instance db.x99.huge Multi-AZ']);
  });

  it('makes its proxy cost at least two vCPUs, and as many as it has', () => {
    const proxy = { Type: 'AWS::RDS::DBProxy' };
    const large = { ...DATABASE, Properties: { DBInstanceClass: 'db.m7g.2xlarge' } };
    expect(monthly([proxy])['RDS Proxy']).toBe(21.9); // 2 x 730 x 0.015
    expect(monthly([proxy, large])['RDS Proxy']).toBe(87.6);
  });

  it('is backed up here, and again in the Region that the plan copies to', () => {
    const plan = (copies: boolean) => ({
      Type: 'AWS::Backup::BackupPlan',
      Properties: { BackupPlan: { BackupPlanRule: [copies ? { CopyActions: [{}] } : {}] } },
    });
    const assumed = { backupGbPerDatabaseGb: 2, backupObjectGb: 10, copiedBackupGb: 50 };
    expect(monthly([DATABASE, plan(false)], assumed)).toMatchObject({ 'Database backups': 19, 'Object backups': 0.5 });
    expect(monthly([DATABASE, plan(true)], assumed)).toMatchObject({
      'Database backups': 38,
      'Object backups': 1,
      'Backups copied to another Region': 1,
    });
  });
});

describe('the edge and the network', () => {
  it('costs the load balancer by the hour and by load, and one public address per zone', () => {
    const balancer = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Scheme: 'internet-facing', Subnets: [{}, {}] } };
    const rows = monthly([balancer], { requestsPerDay: 24 * 3600 * 50, requestKilobytes: 1, internetGb: 10 });
    expect(rows).toEqual({
      'Load balancer': 16.43, // 730 x 0.0225
      'Load balancer capacity': 11.68, // 50 requests a second are 2 units: 2 x 730 x 0.008
      'Public IPv4 addresses': 7.3, // 2 x 730 x 0.005
      'Data to the internet': 0.9,
    });
    const internal = { ...balancer, Properties: { ...balancer.Properties, Scheme: 'internal' } };
    expect(monthly([internal])).not.toHaveProperty('Public IPv4 addresses');
  });

  it('costs interface endpoints by zone and gateway endpoints nothing', () => {
    const endpoint = (type: string, subnets?: unknown) => ({
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { VpcEndpointType: type, SubnetIds: subnets },
    });
    const interfaces = [endpoint('Interface', [{}, {}]), endpoint('Interface', [{}])];
    expect(monthly([endpoint('Gateway'), ...interfaces])).toEqual({ 'Interface endpoints': 21.9 });
    expect(monthly([endpoint('Gateway')], { endpointGb: 100 })).toEqual({});
    expect(card([endpoint('Interface', { 'Fn::Split': [] })]).notPriced).toEqual(['Interface endpoint without a list of subnets']);
  });

  it('costs a web ACL by itself, its rules and its requests', () => {
    const acl = { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}, {}] } };
    expect(monthly([acl], { requestsPerDay: 240_000 })).toEqual({ 'Web ACLs': 5, 'Web ACL rules': 3, 'Web ACL requests': 4.38 });
  });
});

describe('what is recorded and detected', () => {
  it('costs the data events that the selectors ask for', () => {
    const trail = (...types: readonly string[]) => ({
      Type: 'AWS::CloudTrail::Trail',
      Properties: { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'resources.type', Equals: types }] }] },
    });
    const assumed = { requestsPerDay: 24_000, scheduledInvocations: 270_000, objectEvents: 500_000 };
    expect(monthly([trail('Management')], assumed)).toEqual({});
    expect(monthly([trail('AWS::S3::Object')], assumed)).toEqual({ 'CloudTrail data events': 0.5 });
    expect(monthly([trail('AWS::S3::Object', 'AWS::Lambda::Function')], assumed)).toEqual({ 'CloudTrail data events': 1.5 });
  });

  it('costs CloudTrail Insights once per kind', () => {
    const trail = { Type: 'AWS::CloudTrail::Trail', Properties: { InsightSelectors: [{}, {}] } };
    expect(monthly([trail], { managementEvents: 1_000_000 })).toEqual({ 'CloudTrail Insights': 7 });
  });

  it('costs the protection plans of GuardDuty that are on', () => {
    const detector = (status: string) => ({
      Type: 'AWS::GuardDuty::Detector',
      Properties: { Enable: true, Features: ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS'].map((Name) => ({ Name, Status: status })) },
    });
    const assumed = { managementEvents: 1_000_000, threatLogGb: 5, objectEvents: 1_000_000 };
    expect(monthly([detector('DISABLED')], assumed)).toEqual({ 'GuardDuty, management events': 4, 'GuardDuty, flow and DNS logs': 5 });
    expect(monthly([detector('ENABLED'), DATABASE], assumed)).toMatchObject({
      'GuardDuty, object events': 0.8,
      'GuardDuty, database logins': 2,
    });
  });

  it('costs a conformance pack by the rules in its template, and names a pack that it cannot count', () => {
    const body = JSON.stringify({ Resources: { A: { Type: 'AWS::Config::ConfigRule' }, B: { Type: 'AWS::Config::ConfigRule' } } });
    const inline = { Type: 'AWS::Config::ConformancePack', Properties: { TemplateBody: body } };
    expect(monthly([inline], { evaluationsPerRule: 100 })).toEqual({ 'Conformance pack evaluations': 0.2 });
    const inBucket = { Type: 'AWS::Config::ConformancePack', Properties: { TemplateS3Uri: 's3://bucket/key' } };
    expect(card([inBucket]).notPriced).toEqual(['Conformance pack with its template in a bucket']);
  });

  it('costs Access Analyzer only for unused access', () => {
    const analyzer = (type: string) => ({ Type: 'AWS::AccessAnalyzer::Analyzer', Properties: { Type: type } });
    expect(card([analyzer('ACCOUNT')])).toEqual({ rows: [], total: 0, free: [], notPriced: [] });
    expect(monthly([analyzer('ACCOUNT_UNUSED_ACCESS'), { Type: 'AWS::IAM::Role' }])).toEqual({
      'Identities analyzed for unused access': 0.2,
    });
  });
});

describe('identity, compute and storage', () => {
  it.each([
    ['PLUS', 20],
    ['LITE', 5.5],
    [undefined, 15],
  ])('costs active users by the tier %s', (tier, dollars) => {
    const pool = { Type: 'AWS::Cognito::UserPool', Properties: tier === undefined ? {} : { UserPoolTier: tier } };
    expect(card([pool], { activeUsers: 1000 }).total).toBe(dollars);
  });

  it('names a user pool tier that has no price', () => {
    expect(card([{ Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: 'ULTRA' } }]).notPriced).toEqual(['Users in tier ULTRA']);
  });

  it('costs compute by memory, duration and architecture', () => {
    const fn = (architecture: string) => ({
      Type: 'AWS::Lambda::Function',
      Properties: { MemorySize: 1024, Architectures: [architecture] },
    });
    const assumed = { requestsPerDay: 240_000, requestMilliseconds: 1000 };
    expect(monthly([fn('arm64')], assumed)).toEqual({ 'Function requests': 1.46, 'Function compute': 97.33 });
    expect(monthly([fn('arm64'), fn('x86_64')], assumed)).toMatchObject({ 'Function compute': 121.67 });
  });

  it('costs old objects by the class that the lifecycle moves them to', () => {
    const bucket = (storageClass: string) => ({
      Type: 'AWS::S3::Bucket',
      Properties: { LifecycleConfiguration: { Rules: [{ Transitions: [{ StorageClass: storageClass }] }] } },
    });
    expect(monthly([bucket('STANDARD_IA')], { oldObjectGb: 1000 })).toEqual({ 'Objects, old': 23 });
    expect(monthly([bucket('GLACIER_IR')], { oldObjectGb: 1000 })).toEqual({ 'Objects, old': 4 });
  });

  it('costs the first rotations of the keys that rotate', () => {
    const key = (rotates: boolean) => ({ Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: rotates } });
    expect(monthly([key(true), key(true), key(false)], { keyRotations: 2 })).toEqual({ 'KMS keys': 3, 'KMS key rotations': 4 });
  });

  it('costs the signatures of the keys that sign, and of no other key', () => {
    const key = (usage: string) => ({ Type: 'AWS::KMS::Key', Properties: { KeyUsage: usage } });
    expect(monthly([key('GENERATE_VERIFY_MAC'), key('ENCRYPT_DECRYPT')], { auditBatches: 40_000 })).toEqual({ 'KMS keys': 2 });
    expect(monthly([key('SIGN_VERIFY')], { auditBatches: 40_000 })).toEqual({ 'KMS keys': 1, 'KMS signatures': 0.6 });
  });

  it('costs advanced parameters and no standard ones', () => {
    expect(monthly([{ Type: 'AWS::SSM::Parameter', Properties: { Tier: 'Standard' } }])).toEqual({});
    expect(monthly([{ Type: 'AWS::SSM::Parameter', Properties: { Tier: 'Advanced' } }])).toEqual({ 'Advanced parameters': 0.05 });
  });

  it('counts a custom resource with the function behind it', () => {
    expect(card([{ Type: 'Custom::SchemaMigrations' }, { Type: 'AWS::CloudFormation::CustomResource' }]).notPriced).toEqual([]);
  });
});

describe('prices', () => {
  const rows = [
    ...Object.entries(PRICES.rows),
    ...Object.entries(PRICES.databaseClasses).flatMap(([name, { singleAz, multiAz }]) => [
      [`${name} Single-AZ`, singleAz] as const,
      [`${name} Multi-AZ`, multiAz] as const,
    ]),
  ];

  it('are dated, positive and each marked with how far it is trusted', () => {
    expect(PRICES.asOf).toMatch(/^\d{4}-\d{2}$/);
    expect(rows.filter(([, price]) => !(price.usd > 0) || price.unit === '')).toEqual([]);
    expect(rows.filter(([, price]) => !['seen', 'recalled', 'rough'].includes(price.confidence))).toEqual([]);
  });

  it('of a database with a standby are about twice those without', () => {
    for (const { singleAz, multiAz } of Object.values(PRICES.databaseClasses)) {
      expect(multiAz.usd / singleAz.usd).toBeCloseTo(2, 1);
    }
  });
});
