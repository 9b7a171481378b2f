/** How far a price is trusted: seen in a source of the table's date, remembered and plausible, or an order of magnitude. */
export type Confidence = 'seen' | 'recalled' | 'rough';

/** One price of the public list. */
export interface Price {
  /** What one unit is, as in `GB-month`. */
  readonly unit: string;
  /** US dollars for one unit. */
  readonly usd: number;
  readonly confidence: Confidence;
}

/** Price of one database instance class, per hour. */
export interface DatabaseClassPrice {
  readonly vcpus: number;
  readonly singleAz: Price;
  /** Primary and standby together. */
  readonly multiAz: Price;
}

const price = (unit: string, usd: number, confidence: Confidence = 'recalled'): Price => ({ unit, usd, confidence });

const databaseClass = (vcpus: number, singleAz: number, multiAz: number, confidence: Confidence = 'recalled'): DatabaseClassPrice => ({
  vcpus,
  singleAz: price('hour', singleAz, confidence),
  multiAz: price('hour', multiAz, confidence),
});

/** Public on-demand prices, for what our templates declare. Volume discounts and free tiers are not applied. */
export const PRICES = {
  /** The month of the newest source that was read. Prices change without notice: compare with the live list before relying on one. */
  asOf: '2026-06',
  region: 'us-east-1',
  currency: 'USD',
  source: 'public on-demand price lists as published and quoted; the live list was not read',
  rows: {
    advancedParameter: price('parameter-month', 0.05),
    albHour: price('hour', 0.0225),
    albCapacityUnit: price('LCU-hour', 0.008),
    backupDatabaseStorage: price('GB-month', 0.095, 'seen'),
    backupObjectStorage: price('GB-month', 0.05),
    betweenRegions: price('GB', 0.02),
    configItem: price('item', 0.003, 'seen'),
    conformanceEvaluation: price('evaluation', 0.001, 'seen'),
    customMetric: price('metric-month', 0.3),
    databaseStorageMultiAz: price('GB-month', 0.23),
    databaseStorageSingleAz: price('GB-month', 0.115, 'seen'),
    emailNotification: price('100k', 2),
    eventBusEvent: price('million', 1),
    guardDutyDatabase: price('vCPU-month', 1, 'rough'),
    guardDutyFlowAndDns: price('GB', 1, 'seen'),
    guardDutyLambdaNetwork: price('GB', 1, 'rough'),
    guardDutyManagementEvents: price('million', 4, 'seen'),
    guardDutyObjectEvents: price('million', 0.8),
    hostedZone: price('zone-month', 0.5),
    interfaceEndpointData: price('GB', 0.01),
    interfaceEndpointHour: price('hour', 0.01),
    internetTransfer: price('GB', 0.09),
    kmsKey: price('key-month', 1),
    kmsRequest: price('10k', 0.03),
    kmsSignature: price('10k', 0.15),
    lambdaArmCompute: price('GB-second', 0.0000133334),
    lambdaRequest: price('million', 0.2),
    lambdaX86Compute: price('GB-second', 0.0000166667),
    logIngestion: price('GB', 0.5),
    logStorage: price('GB-month', 0.03),
    objectColdStorage: price('GB-month', 0.004),
    objectRead: price('10k', 0.004),
    objectStorage: price('GB-month', 0.023),
    objectWrite: price('1k', 0.005),
    proxyVcpuHour: price('vCPU-hour', 0.015),
    publicAddressHour: price('hour', 0.005),
    queueRequest: price('million', 0.4),
    restoreTest: price('test', 1.5, 'rough'),
    scheduledCall: price('million', 1),
    secret: price('secret-month', 0.4),
    securityHubCheck: price('check', 0.001),
    standardAlarm: price('alarm-month', 0.1),
    trailDataEvents: price('100k', 0.1),
    trailInsights: price('100k', 0.35),
    unusedAccessIdentity: price('identity-month', 0.2),
    userEssentials: price('active user', 0.015),
    userLite: price('active user', 0.0055),
    userPlus: price('active user', 0.02),
    vendedLogToBucket: price('GB', 0.25),
    wafAcl: price('web ACL-month', 5),
    wafRequest: price('million', 0.6),
    wafRule: price('rule-month', 1),
  },
  /** PostgreSQL, by instance class. A class that is missing is reported as not priced. */
  databaseClasses: {
    'db.t4g.micro': databaseClass(2, 0.016, 0.032, 'seen'),
    'db.t4g.small': databaseClass(2, 0.032, 0.065, 'seen'),
    'db.t4g.medium': databaseClass(2, 0.065, 0.129, 'seen'),
    'db.t4g.large': databaseClass(2, 0.129, 0.258, 'seen'),
    'db.m7g.large': databaseClass(2, 0.168, 0.337, 'seen'),
    'db.m7g.xlarge': databaseClass(4, 0.337, 0.674),
    'db.m7g.2xlarge': databaseClass(8, 0.674, 1.348),
    'db.m7g.4xlarge': databaseClass(16, 1.348, 2.696),
  },
} as const satisfies PriceTable;

/** A dated price table for one Region. */
export interface PriceTable {
  readonly asOf: string;
  readonly region: string;
  readonly currency: string;
  readonly source: string;
  readonly rows: Readonly<Record<string, Price>>;
  readonly databaseClasses: Readonly<Record<string, DatabaseClassPrice>>;
}

/** A table with a row for everything the cost card can price. */
export interface CompletePriceTable extends PriceTable {
  readonly rows: Readonly<Record<keyof typeof PRICES.rows, Price>>;
}
