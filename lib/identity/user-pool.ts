import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnUserPool, IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import {
  AccountRecovery,
  CfnLogDeliveryConfiguration,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  PasskeyUserVerification,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { classify } from '../shared/data-class';

/** What the pool is built from. */
export interface RecordsUserPoolProps {
  readonly config: EnvironmentConfig;
  /** The locked archive: its policy and its key must allow log delivery. */
  readonly archive: IBucket;
}

/** The roles of the records service, as construct ids of their groups; each user is in exactly one. In order of precedence. */
const GROUPS = {
  Admin: 'Manages principals, care teams and audit; sees no PHI',
  Clinician: 'Reads and writes clinical data of patients in care',
  Billing: 'Reads and writes insurance and payment data',
  Patient: 'Reads their own record',
} as const;

/**
 * The users of the service: a second factor always (authenticator app or passkey with user verification, never SMS),
 * accounts made by an administrator only, tokens of 15 minutes that can be revoked, sign-ins judged by threat protection
 * and logged. 164.312(d), 164.312(a)(2)(i), 164.312(a)(2)(iii).
 *
 * No hosted domain: it would bring sessions of its own, and keep the pool from private endpoints.
 */
export class RecordsUserPool extends Construct {
  readonly userPool: IUserPool;
  /** The product's client: public, without a secret, and the only one whose tokens the API accepts. */
  readonly client: IUserPoolClient;

  constructor(scope: Construct, id: string, { config, archive }: RecordsUserPoolProps) {
    super(scope, id);
    const disposable = config.teardown.policy === 'disposable';
    const pool = new UserPool(this, 'Users', {
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      signInPolicy: { allowedFirstAuthFactors: { password: true, passkey: true } },
      passkeyRelyingPartyId: relyingParty(config.domainName),
      passkeyUserVerification: PasskeyUserVerification.REQUIRED,
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        passwordHistorySize: 24,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    // L1 only. Without it a passkey counts as one factor, and MFA would ask for another.
    (pool.node.defaultChild as CfnUserPool).webAuthnFactorConfiguration = 'MULTI_FACTOR_WITH_USER_VERIFICATION';
    this.userPool = pool;

    for (const [precedence, [role, description]] of Object.entries(GROUPS).entries()) {
      new UserPoolGroup(this, role, { userPool: pool, groupName: role.toLowerCase(), description, precedence });
    }
    this.client = pool.addClient('Product', {
      // USER_AUTH lets the client choose the first factor, a passkey above all; the older plain-password flow stays off.
      authFlows: { user: true, userSrp: true },
      // Otherwise the L2 enables the implicit flow towards an example address.
      disableOAuth: true,
      generateSecret: false,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.hours(12),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
    });
    this.logSignIns(pool, archive);
    classify(this, 'phi');
  }

  /**
   * Every sign-in and its risk, into the locked archive: Cognito refuses a log group under a customer key. L1 because
   * aws-cognito has no L2 for it.
   */
  private logSignIns(pool: UserPool, archive: IBucket): void {
    new CfnLogDeliveryConfiguration(this, 'SignInLog', {
      userPoolId: pool.userPoolId,
      logConfigurations: [{ eventSource: 'userAuthEvents', logLevel: 'INFO', s3Configuration: { bucketArn: archive.bucketArn } }],
    });
  }
}

/** The domain above the API's, so that a sign-in page on any name beside it can use passkeys. */
function relyingParty(apiDomainName: string): string {
  const parent = apiDomainName.split('.').slice(1).join('.');
  return parent.includes('.') ? parent : apiDomainName;
}
