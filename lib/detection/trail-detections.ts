/** One thing that must not happen unseen, recognised in the management events of the trail. */
export interface TrailDetection {
  /** Construct id, metric name and heading of the runbook entry. */
  readonly id: string;
  /** What a person reads in the mail. */
  readonly description: string;
  /** CloudWatch Logs filter pattern over one CloudTrail event. */
  readonly pattern: string;
  /** Occurrences in five minutes that raise the alarm. */
  readonly threshold: number;
  /** Citation it serves. */
  readonly citation: string;
  /** Who is told. */
  readonly tell: 'securityOfficer' | 'bothOfficers';
}

/**
 * What the account's own alarms watch for: what the CIS benchmark lists for an account, and what would quietly disarm this
 * baseline. A pattern has at most 1,024 characters. 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii).
 */
export function trailDetections(breakGlassRoleName: string): readonly TrailDetection[] {
  return [
    {
      id: 'BreakGlassUse',
      description: 'Somebody assumed the break-glass role, or did something as it.',
      // The second half sees a session however it began; a switch of role in the console may leave no AssumeRole here.
      pattern:
        `{ (($.eventName = "AssumeRole") && ($.requestParameters.roleArn = "*:role/${breakGlassRoleName}")) || ` +
        `($.userIdentity.sessionContext.sessionIssuer.userName = "${breakGlassRoleName}") }`,
      threshold: 1,
      citation: '164.312(a)(2)(ii)',
      tell: 'bothOfficers',
    },
    {
      id: 'RootUse',
      description: 'The root user did something.',
      pattern: '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
      threshold: 1,
      citation: '164.312(a)(2)(i)',
      tell: 'securityOfficer',
    },
    {
      id: 'ConsoleSignInWithoutMfa',
      description: 'An IAM user signed in to the console without MFA.',
      pattern:
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ' +
        '($.responseElements.ConsoleLogin = "Success") }',
      threshold: 1,
      citation: '164.312(d)',
      tell: 'securityOfficer',
    },
    {
      id: 'ConsoleSignInFailures',
      description: 'Five failed console sign-ins in five minutes.',
      pattern: '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
      threshold: 5,
      citation: '164.308(a)(5)(ii)(C)',
      tell: 'securityOfficer',
    },
    {
      id: 'DeniedCalls',
      description: 'Twenty denied API calls in five minutes.',
      pattern: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
      threshold: 20,
      citation: '164.308(a)(1)(ii)(D)',
      tell: 'securityOfficer',
    },
    anyOf('TrailChange', 'The audit trail was changed, stopped or deleted.', '164.312(b)', [
      'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging', 'PutEventSelectors', 'PutInsightSelectors',
    ]),
    anyOf('DetectionTampering', 'A log group, alarm, event rule or detector was deleted or disabled.', '164.312(b)', [
      'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteMetricFilter', 'DeleteAlarms', 'DisableAlarmActions', 'DisableRule', 'DeleteRule',
      'RemoveTargets', 'DeleteDetector', 'UpdateDetector', 'DisableSecurityHub', 'DeleteAnalyzer', 'Unsubscribe', 'DeleteTopic',
      'SetTopicAttributes', 'DisassociateWebACL', 'DeleteWebACL', 'DeleteLoggingConfiguration',
    ]),
    anyOf('ConfigChange', 'AWS Config was stopped or its delivery changed.', '164.308(a)(8)', [
      'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel', 'PutConfigurationRecorder',
      'DeleteConformancePack',
    ]),
    anyOf('KeyLoss', 'A key was disabled, scheduled for deletion, or its policy changed.', '164.312(a)(2)(iv)', [
      'DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'DeleteImportedKeyMaterial', 'PutKeyPolicy',
    ]),
    anyOf('BucketPolicyChange', 'What protects a bucket was changed.', '164.312(c)(1)', [
      'PutBucketAcl', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketLifecycle', 'DeleteBucketLifecycle', 'PutBucketPublicAccessBlock',
      'DeleteBucketPublicAccessBlock', 'PutBucketVersioning', 'PutObjectLockConfiguration', 'DeleteBucketEncryption', 'PutBucketReplication',
      'PutBucketLogging', 'PutAccountPublicAccessBlock', 'PutBucketEncryption', 'PutBucketObjectLockConfiguration', 'DeleteBucket',
    ]),
    anyOf('IdentityChange', 'A user, key, role trust or policy was created or changed.', '164.308(a)(4)(ii)(C)', [
      'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy',
      'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'UpdateAssumeRolePolicy', 'DeactivateMFADevice',
      'DeleteRolePermissionsBoundary', 'PutRolePermissionsBoundary', 'CreatePolicy', 'DeletePolicy', 'DeletePolicyVersion', 'DetachUserPolicy',
      'DetachRolePolicy', 'DetachGroupPolicy', 'DeleteUserPolicy', 'DeleteRolePolicy', 'DeleteGroupPolicy',
    ]),
    anyOf('BackupLoss', 'A recovery point or vault was deleted, or a vault unlocked.', '164.308(a)(7)(ii)(A)', [
      'DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupVaultAccessPolicy', 'PutBackupVaultAccessPolicy',
      'PutBackupVaultLockConfiguration', 'UpdateRecoveryPointLifecycle', 'DisassociateRecoveryPoint', 'UpdateBackupPlan', 'DeleteBackupPlan', 'DeleteBackupSelection',
    ]),
    anyOf('DatabaseExposure', 'The database, its protection, or a snapshot of it was changed.', '164.312(a)(1)', [
      'ModifyDBInstance', 'DeleteDBInstance', 'ModifyDBSnapshotAttribute', 'StartExportTask', 'ModifyDBParameterGroup',
      'CopyDBSnapshot', 'DeleteDBSnapshot',
    ]),
    anyOf('UserPoolChange', 'Sign-in rules of the service, or membership of its groups, were changed.', '164.312(d)', [
      'SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient', 'CreateUserPoolClient', 'CreateIdentityProvider', 'AdminSetUserPassword', 'DeleteUserPool',
      'AdminAddUserToGroup',
    ]),
    anyOf('SecurityGroupChange', 'A security group or network ACL was changed.', '164.312(e)(1)', [
      'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
      'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup', 'CreateNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAcl',
      'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation',
    ]),
    anyOf('RouteChange', 'A route, route table or gateway was changed.', '164.312(e)(1)', [
      'CreateRoute', 'ReplaceRoute', 'DeleteRoute', 'CreateRouteTable', 'DeleteRouteTable', 'ReplaceRouteTableAssociation', 'DisassociateRouteTable',
      'CreateInternetGateway', 'AttachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway', 'CreateNatGateway', 'CreateCustomerGateway',
      'DeleteCustomerGateway',
    ]),
    anyOf('NetworkChange', 'A VPC, peering, endpoint or flow log was changed.', '164.312(e)(1)', [
      'CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection', 'RejectVpcPeeringConnection',
      'DeleteVpcPeeringConnection', 'CreateVpcEndpoint', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints', 'DeleteFlowLogs',
    ]),
  ];
}

function anyOf(id: string, description: string, citation: string, eventNames: readonly string[]): TrailDetection {
  const pattern = `{ ${eventNames.map((name) => `($.eventName = "${name}")`).join(' || ')} }`;
  return { id, description, pattern, threshold: 1, citation, tell: 'securityOfficer' };
}
