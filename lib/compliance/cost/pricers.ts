import type { Resource } from '../assembly';
import type { Assumptions } from './assumptions';
import { HOURS_PER_MONTH, requestsPerMonth } from './assumptions';
import { listLength, mentions, numberAt, property } from './resources';
import type { CompletePriceTable, Price } from './prices';

/** A priced quantity, or something that the table has no price for. */
export type Charge =
  | { readonly item: string; readonly quantity: number; readonly price: Price }
  | { readonly item: string; readonly notPriced: true };

/** What a pricer may look at besides its own resources. */
export interface CostContext {
  readonly prices: CompletePriceTable;
  readonly assumptions: Assumptions;
  /** Every resource of one type in the environment. */
  readonly resources: (type: string) => readonly Resource[];
}

/** Charges of all resources of one type in an environment. */
export type Pricer = (resources: readonly Resource[], context: CostContext) => readonly Charge[];

const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
const KILOBYTES_PER_GB = 1024 * 1024;

/** vCPUs of each database; a class without a price counts as the smallest, and is reported by the database itself. */
const databaseVcpus = ({ prices, resources }: CostContext): readonly number[] =>
  resources('AWS::RDS::DBInstance').map((database) => prices.databaseClasses[String(property(database, 'DBInstanceClass'))]?.vcpus ?? 2);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** RDS instances, their storage, and secrets that RDS keeps for them. */
export const priceDatabases: Pricer = (databases, { prices }) =>
  databases.flatMap((database): readonly Charge[] => {
    const name = String(property(database, 'DBInstanceClass'));
    const multiAz = property(database, 'MultiAZ') === true;
    const found = prices.databaseClasses[name];
    const storage = multiAz ? prices.rows.databaseStorageMultiAz : prices.rows.databaseStorageSingleAz;
    const label = `${name} ${multiAz ? 'Multi-AZ' : 'Single-AZ'}`;
    return [
      found === undefined
        ? { item: `Database instance ${label}`, notPriced: true }
        : { item: `Database instance ${label}`, quantity: HOURS_PER_MONTH, price: multiAz ? found.multiAz : found.singleAz },
      { item: 'Database storage', quantity: numberAt(database, 'AllocatedStorage') ?? 0, price: storage },
      ...(property(database, 'ManageMasterUserPassword') === true
        ? [{ item: 'Database secret kept by RDS', quantity: 1, price: prices.rows.secret }]
        : []),
    ];
  });

/** RDS Proxy bills the vCPUs of the database behind it, two at least. */
export const priceProxies: Pricer = (proxies, context) => {
  const vcpus = Math.max(2, ...databaseVcpus(context));
  return [{ item: 'RDS Proxy', quantity: proxies.length * vcpus * HOURS_PER_MONTH, price: context.prices.rows.proxyVcpuHour }];
};

/** Hours, capacity units and, facing the internet, one public address per subnet. */
export const priceLoadBalancers: Pricer = (balancers, { prices, assumptions }) => {
  const perSecond = requestsPerMonth(assumptions) / SECONDS_PER_MONTH;
  const gbPerHour = (perSecond * 3600 * assumptions.requestKilobytes) / KILOBYTES_PER_GB;
  // The larger dimension counts: 25 new connections a second, or 0.4 GB an hour to Lambda targets.
  const units = Math.max(perSecond / 25, gbPerHour / 0.4);
  const addresses = balancers
    .filter((balancer) => property(balancer, 'Scheme') === 'internet-facing')
    .map((balancer) => listLength(balancer, 'Subnets') ?? listLength(balancer, 'SubnetMappings') ?? 0);
  return [
    { item: 'Load balancer', quantity: balancers.length * HOURS_PER_MONTH, price: prices.rows.albHour },
    { item: 'Load balancer capacity', quantity: units * HOURS_PER_MONTH, price: prices.rows.albCapacityUnit },
    { item: 'Public IPv4 addresses', quantity: sum(addresses) * HOURS_PER_MONTH, price: prices.rows.publicAddressHour },
    { item: 'Data to the internet', quantity: assumptions.internetGb, price: prices.rows.internetTransfer },
  ];
};

/** Interface endpoints by Availability Zone; gateway endpoints are free. */
export const priceEndpoints: Pricer = (endpoints, { prices, assumptions }) => {
  const interfaces = endpoints.filter((endpoint) => property(endpoint, 'VpcEndpointType') === 'Interface');
  if (interfaces.length === 0) {
    return [];
  }
  const zones = interfaces.map((endpoint) => listLength(endpoint, 'SubnetIds'));
  const hours = sum(zones.map((count) => count ?? 0)) * HOURS_PER_MONTH;
  return [
    { item: 'Interface endpoints', quantity: hours, price: prices.rows.interfaceEndpointHour },
    { item: 'Interface endpoint data', quantity: assumptions.endpointGb, price: prices.rows.interfaceEndpointData },
    ...(zones.includes(undefined) ? [{ item: 'Interface endpoint without a list of subnets', notPriced: true } as const] : []),
  ];
};

/** Requests and compute. API requests run in the function with the most memory; scheduled runs are taken as one second each. */
export const priceFunctions: Pricer = (functions, { prices, assumptions }) => {
  const gigabytes = Math.max(...functions.map((fn) => (numberAt(fn, 'MemorySize') ?? 128) / 1024));
  const arm = functions.every((fn) => mentions(fn, 'arm64'));
  const requests = requestsPerMonth(assumptions);
  const seconds = (requests * assumptions.requestMilliseconds) / 1000 + assumptions.scheduledInvocations;
  return [
    { item: 'Function requests', quantity: (requests + assumptions.scheduledInvocations) / 1e6, price: prices.rows.lambdaRequest },
    { item: 'Function compute', quantity: seconds * gigabytes, price: arm ? prices.rows.lambdaArmCompute : prices.rows.lambdaX86Compute },
  ];
};

/** Storage by age, and requests. */
export const priceBuckets: Pricer = (buckets, { prices, assumptions }) => {
  const cold = buckets.some((bucket) => mentions(bucket, 'GLACIER_IR'));
  return [
    { item: 'Objects, recent', quantity: assumptions.recentObjectGb, price: prices.rows.objectStorage },
    { item: 'Objects, old', quantity: assumptions.oldObjectGb, price: cold ? prices.rows.objectColdStorage : prices.rows.objectStorage },
    { item: 'Object writes', quantity: assumptions.objectWrites / 1e3, price: prices.rows.objectWrite },
    { item: 'Object reads', quantity: assumptions.objectReads / 1e4, price: prices.rows.objectRead },
  ];
};

/** Data events by what the selectors ask for, and Insights by type. The first copy of management events is free. */
export const priceTrails: Pricer = (trails, { prices, assumptions }) =>
  trails.flatMap((trail) => {
    const invocations = mentions(trail, 'AWS::Lambda::Function') ? requestsPerMonth(assumptions) + assumptions.scheduledInvocations : 0;
    const objects = mentions(trail, 'AWS::S3::Object') ? assumptions.objectEvents : 0;
    const insights = (listLength(trail, 'InsightSelectors') ?? 0) * assumptions.managementEvents;
    return [
      { item: 'CloudTrail data events', quantity: (invocations + objects) / 1e5, price: prices.rows.trailDataEvents },
      { item: 'CloudTrail Insights', quantity: insights / 1e5, price: prices.rows.trailInsights },
    ];
  });

/** Foundational detection and the protection plans that the detector switches on. */
export const priceThreatDetection: Pricer = (detectors, context) => {
  const { assumptions, prices } = context;
  const { rows } = prices;
  const plans: readonly { readonly feature: string; readonly charge: Charge }[] = [
    {
      feature: 'S3_DATA_EVENTS',
      charge: { item: 'GuardDuty, object events', quantity: assumptions.objectEvents / 1e6, price: rows.guardDutyObjectEvents },
    },
    {
      feature: 'RDS_LOGIN_EVENTS',
      charge: { item: 'GuardDuty, database logins', quantity: sum(databaseVcpus(context)), price: rows.guardDutyDatabase },
    },
    {
      feature: 'LAMBDA_NETWORK_LOGS',
      charge: { item: 'GuardDuty, function traffic', quantity: assumptions.functionLogGb, price: rows.guardDutyLambdaNetwork },
    },
  ];
  return detectors.flatMap((detector) => [
    { item: 'GuardDuty, management events', quantity: assumptions.managementEvents / 1e6, price: rows.guardDutyManagementEvents },
    { item: 'GuardDuty, flow and DNS logs', quantity: assumptions.threatLogGb, price: rows.guardDutyFlowAndDns },
    ...plans.filter(({ feature }) => enabledFeatures(detector).includes(feature)).map(({ charge }) => charge),
  ]);
};

function enabledFeatures(detector: Resource): readonly unknown[] {
  const features = property(detector, 'Features');
  const stated = Array.isArray(features) ? (features as readonly Record<string, unknown>[]) : [];
  return stated.filter((feature) => feature['Status'] === 'ENABLED').map((feature) => feature['Name']);
}
