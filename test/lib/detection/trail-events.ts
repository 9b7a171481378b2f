/** One event of the trail, as far as a detection reads it. */
export type TrailEvent = Readonly<Record<string, unknown>>;

/** What a detection must see, and what looks alike and is none of its business. */
export interface TrailFixture {
  readonly seen: readonly TrailEvent[];
  readonly passed: readonly TrailEvent[];
}

const BASE = {
  eventVersion: '1.11',
  userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/operator/person', accountId: '111122223333' },
  eventTime: '2026-11-22T10:00:00Z',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.7',
  eventType: 'AwsApiCall',
  managementEvent: true,
  readOnly: false,
  eventCategory: 'Management',
} as const;

/** A call of an API. */
function call(eventSource: string, eventName: string, more: TrailEvent = {}): TrailEvent {
  return { ...BASE, eventSource: `${eventSource}.amazonaws.com`, eventName, ...more };
}

const calls = (eventSource: string, ...eventNames: readonly string[]): TrailEvent[] =>
  eventNames.map((eventName) => call(eventSource, eventName));

/** The name of an event in a place where it is only mentioned, such as the request that looked it up. */
const mentioned = (eventName: string): TrailEvent =>
  call('cloudtrail', 'LookupEvents', {
    requestParameters: { lookupAttributes: [{ attributeKey: 'EventName', attributeValue: eventName }] },
  });

const signIn = (user: string, mfa: string, result: string): TrailEvent => ({
  ...call('signin', 'ConsoleLogin', { eventType: 'AwsConsoleSignIn' }),
  userIdentity: { type: user, accountId: '111122223333' },
  additionalEventData: { MFAUsed: mfa },
  responseElements: { ConsoleLogin: result },
  ...(result === 'Failure' ? { errorMessage: 'Failed authentication' } : {}),
});

/** A fixture for each row of the detections, by its id; `environment` names the break-glass role. */
export function trailFixtures(environment: string): Readonly<Record<string, TrailFixture>> {
  const assume = (role: string, more: TrailEvent = {}) =>
    call('sts', 'AssumeRole', {
      requestParameters: { roleArn: `arn:aws:iam::111122223333:role/${role}`, roleSessionName: 'person' },
      ...more,
    });
  return {
    BreakGlassUse: {
      seen: [assume(`${environment}-break-glass`), assume(`${environment}-break-glass`, { errorCode: 'AccessDenied' })],
      passed: [
        assume('operator'),
        assume(`${environment}-break-glass-drill`),
        call('iam', 'GetRole', { requestParameters: { roleName: `${environment}-break-glass` } }),
      ],
    },
    RootUse: {
      seen: [call('iam', 'ListUsers', { userIdentity: { type: 'Root', accountId: '111122223333' } }), signIn('Root', 'Yes', 'Success')],
      passed: [
        call('s3', 'CreateBucket', { userIdentity: { type: 'Root', invokedBy: 'support.amazonaws.com' } }),
        call('iam', 'ListUsers', { userIdentity: { type: 'Root' }, eventType: 'AwsServiceEvent' }),
        call('iam', 'ListUsers', { userIdentity: { type: 'IAMUser', userName: 'Root' } }),
      ],
    },
    ConsoleSignInWithoutMfa: {
      seen: [signIn('IAMUser', 'No', 'Success')],
      passed: [signIn('IAMUser', 'Yes', 'Success'), signIn('IAMUser', 'No', 'Failure'), signIn('AssumedRole', 'No', 'Success')],
    },
    ConsoleSignInFailures: {
      seen: [signIn('IAMUser', 'No', 'Failure')],
      passed: [signIn('IAMUser', 'Yes', 'Success'), call('sts', 'AssumeRole', { errorMessage: 'Failed authentication' })],
    },
    DeniedCalls: {
      seen: [
        call('kms', 'Decrypt', { errorCode: 'AccessDenied' }),
        call('kms', 'Decrypt', { errorCode: 'AccessDeniedException' }),
        call('ec2', 'RunInstances', { errorCode: 'Client.UnauthorizedOperation' }),
      ],
      passed: [call('ec2', 'RunInstances'), call('ec2', 'RunInstances', { errorCode: 'Client.RequestLimitExceeded' })],
    },
    TrailChange: {
      seen: calls('cloudtrail', 'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors', 'CreateTrail'),
      passed: [...calls('cloudtrail', 'GetTrailStatus', 'DescribeTrails'), mentioned('StopLogging')],
    },
    DetectionTampering: {
      seen: [
        ...calls('logs', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteMetricFilter'),
        ...calls('monitoring', 'DeleteAlarms', 'DisableAlarmActions'),
        ...calls('events', 'DisableRule', 'DeleteRule', 'RemoveTargets'),
        ...calls('guardduty', 'DeleteDetector', 'UpdateDetector'),
        call('securityhub', 'DisableSecurityHub'),
      ],
      passed: [call('logs', 'CreateLogStream'), call('monitoring', 'DescribeAlarms'), mentioned('DeleteAlarms')],
    },
    ConfigChange: {
      seen: calls('config', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DeleteConformancePack'),
      passed: [call('config', 'DescribeConfigurationRecorders'), mentioned('StopConfigurationRecorder')],
    },
    KeyLoss: {
      seen: calls('kms', 'DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'PutKeyPolicy'),
      passed: [...calls('kms', 'Decrypt', 'EnableKey', 'CancelKeyDeletion'), mentioned('ScheduleKeyDeletion')],
    },
    BucketPolicyChange: {
      seen: calls(
        's3',
        'PutBucketPolicy',
        'DeleteBucketPolicy',
        'PutBucketAcl',
        'PutBucketLifecycle',
        'PutBucketVersioning',
        'PutBucketPublicAccessBlock',
        'DeleteBucketEncryption',
      ),
      passed: [...calls('s3', 'GetBucketPolicy', 'PutBucketTagging'), mentioned('PutBucketPolicy')],
    },
    IdentityChange: {
      seen: calls(
        'iam',
        'CreateUser',
        'CreateAccessKey',
        'AttachRolePolicy',
        'PutRolePolicy',
        'CreatePolicyVersion',
        'UpdateAssumeRolePolicy',
        'DeleteRolePermissionsBoundary',
      ),
      passed: [...calls('iam', 'GetRole', 'ListUsers'), mentioned('CreateUser')],
    },
    BackupLoss: {
      seen: calls(
        'backup',
        'DeleteRecoveryPoint',
        'DeleteBackupVault',
        'DeleteBackupVaultLockConfiguration',
        'DeleteBackupPlan',
        'DeleteBackupSelection',
      ),
      passed: [...calls('backup', 'StartBackupJob', 'ListRecoveryPointsByBackupVault'), mentioned('DeleteRecoveryPoint')],
    },
    DatabaseExposure: {
      seen: calls('rds', 'ModifyDBInstance', 'DeleteDBInstance', 'ModifyDBSnapshotAttribute', 'StartExportTask', 'ModifyDBParameterGroup'),
      passed: [...calls('rds', 'DescribeDBInstances', 'CreateDBSnapshot'), mentioned('ModifyDBSnapshotAttribute')],
    },
    UserPoolChange: {
      seen: calls(
        'cognito-idp',
        'SetUserPoolMfaConfig',
        'UpdateUserPool',
        'UpdateUserPoolClient',
        'CreateUserPoolClient',
        'CreateIdentityProvider',
        'AdminSetUserPassword',
        'AdminAddUserToGroup',
      ),
      passed: [...calls('cognito-idp', 'InitiateAuth', 'AdminCreateUser', 'DescribeUserPool'), mentioned('UpdateUserPool')],
    },
    SecurityGroupChange: {
      seen: calls(
        'ec2',
        'AuthorizeSecurityGroupIngress',
        'AuthorizeSecurityGroupEgress',
        'RevokeSecurityGroupIngress',
        'ModifySecurityGroupRules',
        'CreateSecurityGroup',
        'ReplaceNetworkAclEntry',
      ),
      passed: [...calls('ec2', 'DescribeSecurityGroups', 'CreateTags'), mentioned('AuthorizeSecurityGroupIngress')],
    },
    RouteChange: {
      seen: calls('ec2', 'CreateRoute', 'ReplaceRoute', 'DisassociateRouteTable', 'AttachInternetGateway', 'CreateNatGateway'),
      passed: [...calls('ec2', 'DescribeRouteTables'), mentioned('CreateRoute')],
    },
    NetworkChange: {
      seen: calls('ec2', 'CreateVpcPeeringConnection', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints', 'DeleteFlowLogs'),
      passed: [...calls('ec2', 'DescribeVpcs', 'CreateNetworkInterface'), mentioned('DeleteFlowLogs')],
    },
  };
}
