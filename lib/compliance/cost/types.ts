import type { Resource } from '../assembly';
import type { Assumptions } from './assumptions';
import { requestsPerMonth } from './assumptions';
import type { Charge, Pricer } from './pricers';
import {
  priceBuckets,
  priceDatabases,
  priceEndpoints,
  priceFunctions,
  priceLoadBalancers,
  priceProxies,
  priceThreatDetection,
  priceTrails,
} from './pricers';
import { listLength, mentions, numberAt, property } from './resources';
import type { CompletePriceTable } from './prices';

type PriceId = keyof CompletePriceTable['rows'];

/** As many units as there are resources. */
function each(item: string, price: PriceId): Pricer {
  return (resources, { prices }) => [{ item, quantity: resources.length, price: prices.rows[price] }];
}

/** A volume of the whole environment, however many resources share it. */
function volume(item: string, price: PriceId, quantity: (assumptions: Assumptions) => number): Pricer {
  return (_resources, { prices, assumptions }) => [{ item, quantity: quantity(assumptions), price: prices.rows[price] }];
}

function all(...pricers: readonly Pricer[]): Pricer {
  return (resources, context) => pricers.flatMap((pricer) => pricer(resources, context));
}

const only =
  (keep: (resource: Resource) => boolean, pricer: Pricer): Pricer =>
  (resources, context) => {
    const kept = resources.filter(keep);
    return kept.length === 0 ? [] : pricer(kept, context);
  };

/** Point-in-time and long-term backups in this Region, and once more where the plan copies. */
const priceBackups: Pricer = (plans, { prices: { rows }, assumptions, resources }) => {
  const databases = resources('AWS::RDS::DBInstance');
  const databaseGb = databases.reduce((total, database) => total + (numberAt(database, 'AllocatedStorage') ?? 0), 0);
  const copies = plans.some((plan) => mentions(plan, 'CopyActions'));
  const regions = copies ? 2 : 1;
  return [
    { item: 'Database backups', quantity: databaseGb * assumptions.backupGbPerDatabaseGb * regions, price: rows.backupDatabaseStorage },
    { item: 'Object backups', quantity: assumptions.backupObjectGb * regions, price: rows.backupObjectStorage },
    { item: 'Backups copied to another Region', quantity: copies ? assumptions.copiedBackupGb : 0, price: rows.betweenRegions },
  ];
};

/** Rules counted in the template that the pack carries; a pack in a bucket cannot be counted. */
const priceConformancePacks: Pricer = (packs, { prices, assumptions }) =>
  packs.map((pack): Charge => {
    const body = property(pack, 'TemplateBody');
    if (typeof body !== 'string') {
      return { item: 'Conformance pack with its template in a bucket', notPriced: true };
    }
    const rules = body.split('AWS::Config::ConfigRule').length - 1;
    return {
      item: 'Conformance pack evaluations',
      quantity: rules * assumptions.evaluationsPerRule,
      price: prices.rows.conformanceEvaluation,
    };
  });

const USER_PRICES: Readonly<Record<string, PriceId>> = { LITE: 'userLite', ESSENTIALS: 'userEssentials', PLUS: 'userPlus' };

/** Active users, in the first pool: everybody is counted once. A pool without a tier is created as ESSENTIALS. */
const priceUserPools: Pricer = ([pool], { prices, assumptions }) => {
  const stated = pool && property(pool, 'UserPoolTier');
  const tier = typeof stated === 'string' ? stated : 'ESSENTIALS';
  const price = USER_PRICES[tier];
  return price === undefined
    ? [{ item: `Users in tier ${tier}`, notPriced: true }]
    : [{ item: `Users, ${tier} tier`, quantity: assumptions.activeUsers, price: prices.rows[price] }];
};

const priceWebAcls: Pricer = (acls, { prices, assumptions }) => [
  { item: 'Web ACLs', quantity: acls.length, price: prices.rows.wafAcl },
  { item: 'Web ACL rules', quantity: acls.reduce((total, acl) => total + (listLength(acl, 'Rules') ?? 0), 0), price: prices.rows.wafRule },
  { item: 'Web ACL requests', quantity: requestsPerMonth(assumptions) / 1e6, price: prices.rows.wafRequest },
];

const priceUnusedAccess: Pricer = (_analyzers, { prices, resources }) => [
  { item: 'Identities analyzed for unused access', quantity: resources('AWS::IAM::Role').length, price: prices.rows.unusedAccessIdentity },
];

/** Each of the first two rotations of a key costs as much as the key, from then on. */
const priceRotations: Pricer = (keys, { prices, assumptions }) => [
  { item: 'KMS key rotations', quantity: keys.length * assumptions.keyRotations, price: prices.rows.kmsKey },
];

const priceKeys: Pricer = all(
  each('KMS keys', 'kmsKey'),
  only((key) => property(key, 'EnableKeyRotation') === true, priceRotations),
  only((key) => property(key, 'KeyUsage') === 'SIGN_VERIFY', volume('KMS signatures', 'kmsSignature', (a) => a.auditBatches / 1e4)),
  volume('KMS requests', 'kmsRequest', (a) => (requestsPerMonth(a) * a.kmsCallsPerRequest) / 1e4),
);

/** How the resources of each billed type are priced. */
export const PRICERS: Readonly<Record<string, Pricer>> = {
  'AWS::AccessAnalyzer::Analyzer': only((analyzer) => mentions(analyzer, 'UNUSED_ACCESS'), priceUnusedAccess),
  'AWS::Backup::BackupPlan': priceBackups,
  'AWS::Backup::RestoreTestingPlan': volume('Restore tests', 'restoreTest', (a) => a.restoreTests),
  'AWS::CloudTrail::Trail': priceTrails,
  'AWS::CloudWatch::Alarm': each('Alarms', 'standardAlarm'),
  'AWS::Cognito::UserPool': priceUserPools,
  'AWS::Config::ConfigurationRecorder': volume('Configuration items', 'configItem', (a) => a.configItems),
  'AWS::Config::ConformancePack': priceConformancePacks,
  'AWS::EC2::FlowLog': volume('Flow logs delivered', 'vendedLogToBucket', (a) => a.flowLogGb),
  'AWS::EC2::VPCEndpoint': priceEndpoints,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': priceLoadBalancers,
  'AWS::Events::Rule': volume('Custom events', 'eventBusEvent', (a) => a.busEvents / 1e6),
  'AWS::GuardDuty::Detector': priceThreatDetection,
  'AWS::KMS::Key': priceKeys,
  'AWS::KMS::ReplicaKey': each('KMS replica keys', 'kmsKey'),
  'AWS::Lambda::Function': priceFunctions,
  'AWS::Logs::LogGroup': all(
    volume('Logs ingested', 'logIngestion', (a) => a.logIngestGb),
    volume('Logs stored', 'logStorage', (a) => a.logStoredGb),
  ),
  'AWS::Logs::MetricFilter': each('Metrics from log filters', 'customMetric'),
  'AWS::RDS::DBInstance': priceDatabases,
  'AWS::RDS::DBProxy': priceProxies,
  'AWS::Route53::HostedZone': each('Hosted zones', 'hostedZone'),
  'AWS::S3::Bucket': priceBuckets,
  'AWS::Scheduler::Schedule': volume('Scheduled calls', 'scheduledCall', (a) => a.scheduledInvocations / 1e6),
  'AWS::SNS::Topic': volume('Notification e-mails', 'emailNotification', (a) => a.notifications / 1e5),
  'AWS::SQS::Queue': volume('Queue requests', 'queueRequest', (a) => a.queueRequests / 1e6),
  'AWS::SSM::Parameter': only((parameter) => property(parameter, 'Tier') === 'Advanced', each('Advanced parameters', 'advancedParameter')),
  'AWS::SecretsManager::Secret': each('Secrets', 'secret'),
  'AWS::SecurityHub::Hub': volume('Security Hub checks', 'securityHubCheck', (a) => a.securityHubChecks),
  'AWS::WAFv2::WebACL': priceWebAcls,
};
