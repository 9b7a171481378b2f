/** The environments that ship with the baseline; `select.ts` maps each name to its literal. */
export type EnvironmentName = 'dev' | 'staging' | 'prod';

/**
 * Everything an engineer decides about one environment.
 *
 * It sizes and names. No field switches a safeguard off: what is weaker than the baseline is a union arm that demands a
 * `reason`, and a test shows that prod has none.
 */
export interface EnvironmentConfig {
  readonly name: EnvironmentName;

  /** AWS account, 12 digits. One account per environment is assumed: see `accountServices`. */
  readonly account: string;

  /** Home Region of everything but the copies of backups. */
  readonly region: string;

  /** Two or three Availability Zones of `region`, by name, so that synthesis never has to ask AWS. */
  readonly availabilityZones: readonly string[];

  /** Region that receives a copy of every backup, under a key of its own; differs from `region`. 164.308(a)(7)(ii)(A). */
  readonly recoveryRegion: string;

  /** Fully qualified name of the API, such as `api.example.org`. The domain above it is the relying party of passkeys. */
  readonly domainName: string;

  readonly certificate: CertificateSource;
  readonly contacts: Contacts;
  readonly network: NetworkRange;
  readonly database: DatabaseSize;
  readonly retention: Retention;
  readonly archiveLock: ArchiveLock;
  readonly teardown: Teardown;
  readonly accountServices: AccountServices;

  /** Requests from one address in five minutes before the web ACL blocks it: 100 to 100,000. */
  readonly requestsPerAddressPer5Minutes: number;

  /**
   * Reserved concurrent executions of the records function.
   *
   * @default none: a new account has 10 in all and refuses any reservation
   */
  readonly recordsReservedConcurrency?: number;

  /** When somebody works with records, so that a trail which is silent then is told of. 164.308(a)(1)(ii)(D). */
  readonly businessHours: BusinessHours;

  /** How the audit trail of the application is exported. @default {} */
  readonly audit?: AuditExport;

  /** What a record of an incident says that no event tells. @default {} */
  readonly incidents?: IncidentRecords;

  /**
   * Name of the role of this account under which the video product stores recordings: it may write `recordings/` and read nothing.
   *
   * @default nobody writes recordings
   */
  readonly recordingWriterRoleName?: string;
}

/** Where the listener's certificate comes from. */
export type CertificateSource =
  /** Issued and validated here: needs a Route 53 public zone in the same account, and also creates the API's alias record. */
  | { readonly from: 'hostedZone'; readonly hostedZoneId: string; readonly zoneName: string }
  /** Issued elsewhere, in the same Region; the DNS record is yours to make. */
  | { readonly from: 'arn'; readonly certificateArn: string };

/** The people whom the baseline tells. 164.308(a)(2). */
export interface Contacts {
  /** Receives every alarm. */
  readonly securityOfficerEmail: string;
  /** Is told, beside the security officer, when emergency access is used. */
  readonly privacyOfficerEmail: string;
}

export interface NetworkRange {
  /** RFC 1918 block of the VPC, between /16 and /22. */
  readonly cidr: string;
  /**
   * AWS's own prefix list of S3 in the Region, the same for every account:
   * `aws ec2 describe-managed-prefix-lists --filters Name=prefix-list-name,Values=com.amazonaws.REGION.s3`.
   */
  readonly s3PrefixListId: string;
}

export interface DatabaseSize {
  /** RDS instance class without the `db.` prefix, such as `m7g.large`. */
  readonly instanceType: string;
  /** gp3 storage at creation: 20 to 399 GiB, since larger volumes need their own IOPS setting. */
  readonly allocatedStorageGib: number;
  /** Ceiling of storage autoscaling, above `allocatedStorageGib`. */
  readonly maxAllocatedStorageGib: number;
}

/** Hours of Monday to Friday in which ten minutes without an audit event are a signal. */
export type BusinessHours =
  /** Whole hours in UTC, 0 to 24, within one day; the second is the first hour after them. */
  | { readonly work: 'weekdays'; readonly fromHourUtc: number; readonly untilHourUtc: number }
  /** Nobody works there yet, so silence says nothing. */
  | { readonly work: 'none'; readonly reason: string };

export interface AuditExport {
  /**
   * Hours, 1 to 168, after which audit events that could not be exported stop every read of PHI; 24 is a reasonable figure.
   *
   * @default reads go on: events are safe in the database, an alarm is raised after five minutes, and stopping care may do more harm
   */
  readonly stopReadsAfterHours?: number;

  /**
   * Reserved concurrent executions of the exporter; two runs at once do no harm.
   *
   * @default none, as for the records function
   */
  readonly exporterReservedConcurrency?: number;
}

/** What records of incidents say that are opened by themselves. Counsel knows. */
export interface IncidentRecords {
  /** IANA name of the zone whose days the clocks count. @default 'America/New_York' */
  readonly timeZone?: string;
  /** Under which rules a breach has to be told. @default ['hipaa'] */
  readonly regime?: readonly ('hipaa' | 'ftc' | 'state' | 'contract')[];
  /** What the organization is to the records: 164.404 or 164.410. @default 'covered_entity' */
  readonly as?: 'covered_entity' | 'business_associate' | 'agent_business_associate';
}

export interface Retention {
  /** Default lock and retention of the log archive and the audit bucket: 2192 days (six years) or more. */
  readonly archiveDays: number;
  /** How long a monthly backup is kept, here and in the recovery Region: 365 days or more. */
  readonly longTermBackupDays: number;
}

/** What an engineer writes, word for word, before an archive is locked for good. */
export const COMPLIANCE_ACKNOWLEDGEMENT =
  'I understand that nobody, the root user included, can delete these logs or shorten their retention.';

/** S3 Object Lock mode of the archives. */
export type ArchiveLock =
  | {
      readonly mode: 'COMPLIANCE';
      /** Irrevocable, so it is acknowledged in the environment's own file. */
      readonly acknowledgement: typeof COMPLIANCE_ACKNOWLEDGEMENT;
      /** E-mail address of the person who acknowledged. */
      readonly acknowledgedBy: string;
    }
  /** Can be bypassed, though only by the break-glass role. */
  | { readonly mode: 'GOVERNANCE'; readonly reason: string };

/** Whether the environment resists `cdk destroy`. Keys, archives, PHI buckets and vaults are kept in both arms. */
export type Teardown =
  | { readonly policy: 'protected' }
  /** Deletion protections are off, so that one `cdk destroy` succeeds. */
  | { readonly policy: 'disposable'; readonly reason: string };

/** A service of which an account and Region has one. */
export type AccountService =
  | { readonly source: 'create' }
  /** It exists already, run by the organization or another stack, which `managedBy` names. */
  | { readonly source: 'adopt'; readonly managedBy: string };

/** The account trail, when adopted, must deliver to a log group of this account: the alarms read it. */
export type AccountTrail =
  | { readonly source: 'create' }
  | { readonly source: 'adopt'; readonly managedBy: string; readonly logGroupName: string };

/** Create or adopt, for each service that can exist once per account and Region. */
export interface AccountServices {
  readonly accountTrail: AccountTrail;
  readonly configRecorder: AccountService;
  readonly guardDuty: AccountService;
  readonly securityHub: AccountService;
  readonly accessAnalyzer: AccountService;
  /** `RDSOSMetrics`, where RDS writes enhanced monitoring of every instance of the account. */
  readonly rdsMetricsLogGroup: AccountService;
}
