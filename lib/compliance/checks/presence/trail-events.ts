type Json = Readonly<Record<string, unknown>>;

/** Management events that somebody has to be told of. */
export interface TrailSubject {
  readonly name: string;
  /** As in "somebody is told when …". */
  readonly when: string;
  readonly citation: string;
  /** How often one has to happen within five minutes. @default 1 */
  readonly times?: number;
  readonly records: readonly Json[];
}

/** A role, without the session that AWS tells of. */
export const BY_ROLE = { type: 'AssumedRole', accountId: '111122223333' };

/** A call, by a role unless `more` says otherwise. */
export function call(service: string, eventName: string, more: Json = {}): Json {
  return { eventSource: `${service}.amazonaws.com`, eventName, eventType: 'AwsApiCall', readOnly: false, userIdentity: BY_ROLE, ...more };
}

/** Calls by service: `{ kms: 'DisableKey PutKeyPolicy' }`. */
export function calls(names: Readonly<Record<string, string>>): readonly Json[] {
  return Object.entries(names).flatMap(([service, list]) => list.split(' ').map((name) => call(service, name)));
}

function signIn(type: string, mfa: string, result: 'Success' | 'Failure'): Json {
  return call('signin', 'ConsoleLogin', {
    eventType: 'AwsConsoleSignIn',
    userIdentity: { type },
    additionalEventData: { MFAUsed: mfa },
    responseElements: { ConsoleLogin: result },
    ...(result === 'Failure' ? { errorMessage: 'Failed authentication' } : {}),
  });
}

/** Happens all day, and must wake nobody: an alarm that rings at this is soon not looked at. */
export const EVERYDAY: readonly Json[] = [
  call('ec2', 'DescribeInstances', { readOnly: true }),
  call('sts', 'AssumeRole', { requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/some-service' }, userIdentity: { type: 'AWSService' } }),
];

/** What the CIS benchmark lists for an account, and what would quietly disarm a baseline or open its stores. 164.308(a)(1)(ii)(D). */
export const TRAIL_SUBJECTS: readonly TrailSubject[] = [
  {
    name: 'use-of-root',
    when: 'the root user does something',
    citation: '164.312(a)(2)(i)',
    records: [call('iam', 'ListUsers', { userIdentity: { type: 'Root' } }), signIn('Root', 'Yes', 'Success')],
  },
  { name: 'sign-ins-without-mfa', when: 'a user signs in to the console without a second factor', citation: '164.312(d)', records: [signIn('IAMUser', 'No', 'Success')] },
  { name: 'failed-sign-ins', when: 'sign-ins to the console fail again and again', citation: '164.308(a)(5)(ii)(C)', times: 5, records: [signIn('IAMUser', 'No', 'Failure')] },
  {
    name: 'denied-calls',
    when: 'calls are denied again and again',
    citation: '164.308(a)(1)(ii)(D)',
    times: 20,
    records: ['AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation'].map((errorCode) => call('kms', 'Decrypt', { errorCode })),
  },
  {
    name: 'changes-of-the-trail',
    when: 'the trail is changed, stopped or deleted',
    citation: '164.312(b)',
    records: calls({ cloudtrail: 'CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging PutEventSelectors PutInsightSelectors' }),
  },
  {
    name: 'disarmed-detections',
    when: 'a log group, alarm, rule, detector, topic or web ACL is deleted or switched off',
    citation: '164.312(b)',
    records: calls({
      logs: 'DeleteLogGroup PutRetentionPolicy DeleteMetricFilter', monitoring: 'DeleteAlarms DisableAlarmActions', events: 'DisableRule DeleteRule RemoveTargets',
      guardduty: 'DeleteDetector UpdateDetector', securityhub: 'DisableSecurityHub', 'access-analyzer': 'DeleteAnalyzer', sns: 'Unsubscribe DeleteTopic SetTopicAttributes',
      wafv2: 'DisassociateWebACL DeleteWebACL DeleteLoggingConfiguration',
    }),
  },
  {
    name: 'changes-of-the-recorder',
    when: 'the recording of configuration is stopped or led elsewhere',
    citation: '164.308(a)(8)',
    records: calls({ config: 'StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder DeleteConformancePack' }),
  },
  {
    name: 'loss-of-keys',
    when: 'a key is disabled, scheduled for deletion, or given another policy',
    citation: '164.312(a)(2)(iv)',
    records: calls({ kms: 'DisableKey ScheduleKeyDeletion DisableKeyRotation DeleteImportedKeyMaterial PutKeyPolicy' }),
  },
  {
    name: 'changes-of-buckets',
    when: 'what protects a bucket is changed',
    citation: '164.312(c)(1)',
    records: calls({
      s3: 'PutBucketAcl PutBucketPolicy DeleteBucketPolicy PutBucketLifecycle DeleteBucketLifecycle PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock '
        + 'PutBucketVersioning PutBucketObjectLockConfiguration DeleteBucketEncryption PutBucketEncryption PutBucketReplication PutBucketLogging '
        + 'PutAccountPublicAccessBlock DeleteBucket',
    }),
  },
  {
    name: 'changes-of-identities',
    when: 'a user, key, trust or policy is made or changed',
    citation: '164.308(a)(4)(ii)(C)',
    records: calls({
      iam: 'CreateUser CreateAccessKey CreateLoginProfile AttachUserPolicy AttachRolePolicy AttachGroupPolicy PutUserPolicy PutRolePolicy PutGroupPolicy '
        + 'CreatePolicyVersion SetDefaultPolicyVersion UpdateAssumeRolePolicy DeactivateMFADevice DeleteRolePermissionsBoundary PutRolePermissionsBoundary CreatePolicy '
        + 'DeletePolicy DeletePolicyVersion DetachUserPolicy DetachRolePolicy DetachGroupPolicy DeleteUserPolicy DeleteRolePolicy DeleteGroupPolicy',
    }),
  },
  {
    name: 'loss-of-backups',
    when: 'a recovery point, vault or plan is deleted, or a vault unlocked',
    citation: '164.308(a)(7)(ii)(A)',
    records: calls({
      backup: 'DeleteRecoveryPoint DeleteBackupVault DeleteBackupVaultLockConfiguration DeleteBackupVaultAccessPolicy PutBackupVaultAccessPolicy '
        + 'PutBackupVaultLockConfiguration UpdateRecoveryPointLifecycle DisassociateRecoveryPoint UpdateBackupPlan DeleteBackupPlan DeleteBackupSelection',
    }),
  },
  {
    name: 'changes-of-databases',
    when: 'a database or its protection is changed, or a snapshot of it copied, shared or exported',
    citation: '164.312(a)(1)',
    records: calls({ rds: 'ModifyDBInstance DeleteDBInstance ModifyDBSnapshotAttribute StartExportTask ModifyDBParameterGroup CopyDBSnapshot DeleteDBSnapshot' }),
  },
  {
    name: 'changes-of-user-pools',
    when: 'the rules of signing in, or the members of a group, are changed',
    citation: '164.312(d)',
    records: calls({
      'cognito-idp': 'SetUserPoolMfaConfig UpdateUserPool UpdateUserPoolClient CreateUserPoolClient CreateIdentityProvider AdminSetUserPassword DeleteUserPool AdminAddUserToGroup',
    }),
  },
  {
    name: 'changes-of-security-groups',
    when: 'a security group or network ACL is changed',
    citation: '164.312(e)(1)',
    records: calls({
      ec2: 'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress ModifySecurityGroupRules CreateSecurityGroup '
        + 'DeleteSecurityGroup CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation',
    }),
  },
  {
    name: 'changes-of-routes',
    when: 'a route, route table or gateway is changed',
    citation: '164.312(e)(1)',
    records: calls({
      ec2: 'CreateRoute ReplaceRoute DeleteRoute CreateRouteTable DeleteRouteTable ReplaceRouteTableAssociation DisassociateRouteTable CreateInternetGateway '
        + 'AttachInternetGateway DetachInternetGateway DeleteInternetGateway CreateNatGateway CreateCustomerGateway DeleteCustomerGateway',
    }),
  },
  {
    name: 'changes-of-networks',
    when: 'a network, peering, endpoint or flow log is changed',
    citation: '164.312(e)(1)',
    records: calls({
      ec2: 'CreateVpc DeleteVpc ModifyVpcAttribute CreateVpcPeeringConnection AcceptVpcPeeringConnection RejectVpcPeeringConnection DeleteVpcPeeringConnection '
        + 'CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints DeleteFlowLogs',
    }),
  },
];
