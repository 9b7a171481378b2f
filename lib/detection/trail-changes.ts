import { CloudTrailEvents } from './cloudtrail-event';
import type { DetectionPlace, TrailDetection } from './detection';

/**
 * What the CIS benchmark lists for an account, and what would quietly disarm this baseline, by the names of calls: in every Region,
 * whoever calls, whether it succeeds or not. A pattern has at most 1,024 characters. 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii).
 */
export function changeDetections(place: DetectionPlace): readonly TrailDetection[] {
  const aws = new CloudTrailEvents(place);
  return [
    anyOf({
      id: 'TrailChange',
      severity: 'critical',
      description: 'The audit trail was changed, stopped or deleted.',
      citation: '164.312(b)',
      eventNames: [
        'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging', 'PutEventSelectors', 'PutInsightSelectors',
      ],
      fixtures: {
        match: aws.calls(
          'cloudtrail', 'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors', 'CreateTrail',
        ),
        miss: [...aws.calls('cloudtrail', 'GetTrailStatus', 'DescribeTrails'), aws.mention('StopLogging')],
      },
    }),
    anyOf({
      id: 'DetectionTampering',
      severity: 'critical',
      description: 'A log group, alarm, event rule or detector was deleted or disabled.',
      citation: '164.312(b)',
      eventNames: [
        'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteMetricFilter', 'DeleteAlarms', 'DisableAlarmActions', 'DisableRule',
        'DeleteRule', 'RemoveTargets', 'DeleteDetector', 'UpdateDetector', 'DisableSecurityHub', 'DeleteAnalyzer', 'Unsubscribe',
        'DeleteTopic', 'SetTopicAttributes', 'DisassociateWebACL', 'DeleteWebACL', 'DeleteLoggingConfiguration',
      ],
      fixtures: {
        match: [
          ...aws.calls('logs', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteMetricFilter'),
          ...aws.calls('monitoring', 'DeleteAlarms', 'DisableAlarmActions'),
          ...aws.calls('events', 'DisableRule', 'DeleteRule', 'RemoveTargets'),
          ...aws.calls('guardduty', 'DeleteDetector', 'UpdateDetector'),
          aws.call('securityhub', 'DisableSecurityHub'),
        ],
        miss: [aws.call('logs', 'CreateLogStream'), aws.call('monitoring', 'DescribeAlarms'), aws.mention('DeleteAlarms')],
      },
    }),
    anyOf({
      id: 'ConfigChange',
      severity: 'high',
      description: 'AWS Config was stopped or its delivery changed.',
      citation: '164.308(a)(8)',
      eventNames: [
        'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel',
        'PutConfigurationRecorder', 'DeleteConformancePack',
      ],
      fixtures: {
        match: aws.calls(
          'config', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DeleteConformancePack',
        ),
        miss: [aws.call('config', 'DescribeConfigurationRecorders'), aws.mention('StopConfigurationRecorder')],
      },
    }),
    anyOf({
      id: 'KeyLoss',
      severity: 'high',
      description: 'A key was disabled, scheduled for deletion, or its policy changed.',
      citation: '164.312(a)(2)(iv)',
      eventNames: [
        'DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'DeleteImportedKeyMaterial', 'PutKeyPolicy',
      ],
      fixtures: {
        match: aws.calls('kms', 'DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'PutKeyPolicy'),
        miss: [...aws.calls('kms', 'Decrypt', 'EnableKey', 'CancelKeyDeletion'), aws.mention('ScheduleKeyDeletion')],
      },
    }),
    anyOf({
      id: 'BucketPolicyChange',
      severity: 'high',
      description: 'What protects a bucket was changed.',
      citation: '164.312(c)(1)',
      eventNames: [
        'PutBucketAcl', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketLifecycle', 'DeleteBucketLifecycle',
        'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketVersioning', 'PutObjectLockConfiguration',
        'DeleteBucketEncryption', 'PutBucketReplication', 'PutBucketLogging', 'PutAccountPublicAccessBlock', 'PutBucketEncryption',
        'PutBucketObjectLockConfiguration', 'DeleteBucket',
      ],
      fixtures: {
        match: aws.calls(
          's3', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketLifecycle', 'PutBucketVersioning',
          'PutBucketPublicAccessBlock', 'DeleteBucketEncryption',
        ),
        miss: [...aws.calls('s3', 'GetBucketPolicy', 'PutBucketTagging'), aws.mention('PutBucketPolicy')],
      },
    }),
    anyOf({
      id: 'IdentityChange',
      severity: 'high',
      description: 'A user, key, role trust or policy was created or changed.',
      citation: '164.308(a)(4)(ii)(C)',
      eventNames: [
        'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy',
        'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion',
        'UpdateAssumeRolePolicy', 'DeactivateMFADevice', 'DeleteRolePermissionsBoundary', 'PutRolePermissionsBoundary',
        'CreatePolicy', 'DeletePolicy', 'DeletePolicyVersion', 'DetachUserPolicy', 'DetachRolePolicy', 'DetachGroupPolicy',
        'DeleteUserPolicy', 'DeleteRolePolicy', 'DeleteGroupPolicy',
      ],
      fixtures: {
        match: aws.calls(
          'iam', 'CreateUser', 'CreateAccessKey', 'AttachRolePolicy', 'PutRolePolicy', 'CreatePolicyVersion',
          'UpdateAssumeRolePolicy', 'DeleteRolePermissionsBoundary',
        ),
        miss: [...aws.calls('iam', 'GetRole', 'ListUsers'), aws.mention('CreateUser')],
      },
    }),
    anyOf({
      id: 'BackupLoss',
      severity: 'high',
      description: 'A recovery point or vault was deleted, or a vault unlocked.',
      citation: '164.308(a)(7)(ii)(A)',
      eventNames: [
        'DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupVaultAccessPolicy',
        'PutBackupVaultAccessPolicy', 'PutBackupVaultLockConfiguration', 'UpdateRecoveryPointLifecycle', 'DisassociateRecoveryPoint',
        'UpdateBackupPlan', 'DeleteBackupPlan', 'DeleteBackupSelection',
      ],
      fixtures: {
        match: aws.calls(
          'backup', 'DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupPlan',
          'DeleteBackupSelection',
        ),
        miss: [...aws.calls('backup', 'StartBackupJob', 'ListRecoveryPointsByBackupVault'), aws.mention('DeleteRecoveryPoint')],
      },
    }),
    anyOf({
      id: 'DatabaseExposure',
      severity: 'high',
      description: 'The database, its protection, or a snapshot of it was changed.',
      citation: '164.312(a)(1)',
      eventNames: [
        'ModifyDBInstance', 'DeleteDBInstance', 'ModifyDBSnapshotAttribute', 'StartExportTask', 'ModifyDBParameterGroup',
        'CopyDBSnapshot', 'DeleteDBSnapshot',
      ],
      fixtures: {
        match: aws.calls(
          'rds', 'ModifyDBInstance', 'DeleteDBInstance', 'ModifyDBSnapshotAttribute', 'StartExportTask', 'ModifyDBParameterGroup',
        ),
        miss: [...aws.calls('rds', 'DescribeDBInstances', 'CreateDBSnapshot'), aws.mention('ModifyDBSnapshotAttribute')],
      },
    }),
    anyOf({
      id: 'UserPoolChange',
      severity: 'high',
      description: 'Sign-in rules of the service, or membership of its groups, were changed.',
      citation: '164.312(d)',
      eventNames: [
        'SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient', 'CreateUserPoolClient', 'CreateIdentityProvider',
        'AdminSetUserPassword', 'DeleteUserPool', 'AdminAddUserToGroup',
      ],
      fixtures: {
        match: aws.calls(
          'cognito-idp', 'SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient', 'CreateUserPoolClient',
          'CreateIdentityProvider', 'AdminSetUserPassword', 'AdminAddUserToGroup',
        ),
        miss: [...aws.calls('cognito-idp', 'InitiateAuth', 'AdminCreateUser', 'DescribeUserPool'), aws.mention('UpdateUserPool')],
      },
    }),
    anyOf({
      id: 'SecurityGroupChange',
      severity: 'medium',
      description: 'A security group or network ACL was changed.',
      citation: '164.312(e)(1)',
      eventNames: [
        'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
        'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup', 'CreateNetworkAcl', 'CreateNetworkAclEntry',
        'DeleteNetworkAcl', 'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation',
      ],
      fixtures: {
        match: aws.calls(
          'ec2', 'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
          'ModifySecurityGroupRules', 'CreateSecurityGroup', 'ReplaceNetworkAclEntry',
        ),
        miss: [...aws.calls('ec2', 'DescribeSecurityGroups', 'CreateTags'), aws.mention('AuthorizeSecurityGroupIngress')],
      },
    }),
    anyOf({
      id: 'RouteChange',
      severity: 'medium',
      description: 'A route, route table or gateway was changed.',
      citation: '164.312(e)(1)',
      eventNames: [
        'CreateRoute', 'ReplaceRoute', 'DeleteRoute', 'CreateRouteTable', 'DeleteRouteTable', 'ReplaceRouteTableAssociation',
        'DisassociateRouteTable', 'CreateInternetGateway', 'AttachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway',
        'CreateNatGateway', 'CreateCustomerGateway', 'DeleteCustomerGateway',
      ],
      fixtures: {
        match: aws.calls('ec2', 'CreateRoute', 'ReplaceRoute', 'DisassociateRouteTable', 'AttachInternetGateway', 'CreateNatGateway'),
        miss: [...aws.calls('ec2', 'DescribeRouteTables'), aws.mention('CreateRoute')],
      },
    }),
    anyOf({
      id: 'NetworkChange',
      severity: 'medium',
      description: 'A VPC, peering, endpoint or flow log was changed.',
      citation: '164.312(e)(1)',
      eventNames: [
        'CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection',
        'RejectVpcPeeringConnection', 'DeleteVpcPeeringConnection', 'CreateVpcEndpoint', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints',
        'DeleteFlowLogs',
      ],
      fixtures: {
        match: aws.calls('ec2', 'CreateVpcPeeringConnection', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints', 'DeleteFlowLogs'),
        miss: [...aws.calls('ec2', 'DescribeVpcs', 'CreateNetworkInterface'), aws.mention('DeleteFlowLogs')],
      },
    }),
  ];
}

/** A change that is known by the name of the call. */
interface NamedChange extends Pick<TrailDetection, 'id' | 'severity' | 'description' | 'fixtures'> {
  readonly citation: string;
  readonly eventNames: readonly string[];
}

function anyOf({ citation, eventNames, ...row }: NamedChange): TrailDetection {
  const pattern = `{ ${eventNames.map((name) => `($.eventName = "${name}")`).join(' || ')} }`;
  return { ...row, source: 'trail', region: 'every', pattern, threshold: 1, citations: [citation], tell: 'securityOfficer' };
}
