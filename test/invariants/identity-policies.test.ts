import type { Claim } from '../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../support/claims';
import type { ManagedPolicyProperties, RoleProperties } from '../support/identities';
import { identitiesOf, rolesOf } from '../support/identities';
import type { Landscape, Resource } from '../support/landscape';
import type { PolicyDocument, Statement } from '../support/policy';
import { list } from '../support/policy';

const POLICY = 'AWS::IAM::ManagedPolicy';
const ROLE = 'AWS::IAM::Role';
/** AWS counts the characters of a managed policy without its white space. */
const MAX_POLICY_CHARACTERS = 6144;

/** Actions that IAM grants on every resource or none. */
const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  'ec2:DescribeNetworkInterfaces': 'Lambda looks for the interfaces of its functions',
  'ec2:DescribeSubnets': 'Lambda looks for the subnets of its functions',
  'logs:CreateLogDelivery': 'Step Functions has the errors of a workflow delivered',
  'logs:UpdateLogDelivery': 'Step Functions has the errors of a workflow delivered',
  'logs:DeleteLogDelivery': 'Step Functions has the errors of a workflow delivered',
  'logs:GetLogDelivery': 'Step Functions has the errors of a workflow delivered',
  'logs:ListLogDeliveries': 'Step Functions has the errors of a workflow delivered',
  'logs:DescribeLogGroups': 'Step Functions has the errors of a workflow delivered',
  'logs:DescribeResourcePolicies': 'Step Functions has the errors of a workflow delivered',
  'logs:PutResourcePolicy': 'Step Functions lets the delivery of logs into the group of the workflow',
  'config:DescribeConfigurationRecorderStatus': 'a recorder that was deleted has no ARN to be asked for by',
  'guardduty:ListDetectors': 'the detector is looked for among those of the account',
  'cloudtrail:DescribeTrails': 'the trail is looked for among those of the account',
  'cloudtrail:ListPublicKeys': 'CloudTrail’s own keys are of no account',
  'ec2:DescribeSecurityGroupRules': 'the rules of the default group are found before they are revoked',
};
/** Families of actions that a grant of CDK or a service spells with a wildcard; each stays on one key. */
const FAMILIES = ['kms:GenerateDataKey*', 'kms:ReEncrypt*'];
/** What changes nothing... */
const READING = /^[a-z0-9-]+:(Describe|Get|List|Lookup)[A-Za-z0-9]*$/;
/** ...and what shows the content of a store all the same. */
const SHOWS_CONTENT =
  /^(s3:GetObject|secretsmanager:GetSecretValue|ssm:GetParameter|logs:Get(Log|Query)|cognito-idp:ListUsers|lambda:GetFunction$)/;
/** Makes a report that only `iam:GetCredentialReport` then shows. */
const ALSO_READING = ['iam:GenerateCredentialReport'];

/** Policies of AWS, and why ours cannot stand in their place. */
const AWS_POLICIES: Readonly<Record<string, string>> = {
  'service-role/AmazonRDSEnhancedMonitoringRole': 'one log group of a fixed name',
  'service-role/AWS_ConfigRole': 'AWS extends it with every resource type that AWS Config learns',
  'service-role/AWSBackupServiceRolePolicyForBackup': 'AWS extends it with every service that AWS Backup learns',
  'service-role/AWSBackupServiceRolePolicyForRestores': 'the same, for restores',
  AWSBackupServiceRolePolicyForS3Backup: 'what a bucket needs beyond that',
  AWSBackupServiceRolePolicyForS3Restore: 'the same, for restores',
};

interface Permission extends Statement {
  readonly policy: string;
}

function permissionsOf(land: Landscape): readonly Permission[] {
  return land
    .of<ManagedPolicyProperties>(POLICY)
    .flatMap(({ name, properties }) => properties.PolicyDocument.Statement.map((statement) => ({ ...statement, policy: name })));
}

const nothingInline: Claim = (land) => [
  ...judge('roles', land.of<RoleProperties>(ROLE), ({ properties }) => [properties.Policies !== undefined && 'has an inline policy']),
  ...land.all
    .filter(({ type }) =>
      [
        'AWS::IAM::Policy',
        'AWS::IAM::User',
        'AWS::IAM::Group',
        'AWS::IAM::AccessKey',
        'AWS::IAM::UserToGroupAddition',
        'AWS::IAM::InstanceProfile',
      ].includes(type),
    )
    .map(({ name, type }) => `${name}: is an ${type}`),
];

const actionsAreNamed: Claim = (land) =>
  judgeAll('statements', permissionsOf(land), ({ policy, Sid, Effect, Action, NotAction, NotResource, Principal }) => [
    (NotAction ?? NotResource ?? Principal) !== undefined && `${policy}: ${Sid ?? 'a statement'} excludes instead of naming`,
    list(Action).length === 0 && `${policy}: ${Sid ?? 'a statement'} names no action`,
    ...list(Action).map(
      (action) => Effect === 'Allow' && action.includes('*') && !FAMILIES.includes(action) && `${policy}: ${Sid ?? 'a statement'} allows ${action}`,
    ),
  ]);

/** A boundary grants nothing by itself: what it spans is cut down by the policies beside it. */
function isBoundary(land: Landscape, policy: string): boolean {
  const boundaries = land.of<RoleProperties>(ROLE).map(({ properties }) => land.at(properties.PermissionsBoundary, POLICY)?.name);
  return boundaries.includes(policy);
}

const resourcesAreNamed: Claim = (land) =>
  judgeAll(
    'statements on every resource',
    permissionsOf(land).filter(({ Effect, Resource }) => Effect === 'Allow' && list(Resource).includes('*')),
    ({ policy, Sid, Action }) =>
      list(Action).map(
        (action) =>
          !isBoundary(land, policy) &&
          !(action in WITHOUT_RESOURCES) &&
          !(isStaff(land, policy) && showsNoContent(action)) &&
          `${policy}: ${Sid ?? 'a statement'} allows ${action} on every resource`,
      ),
  );

function showsNoContent(action: string): boolean {
  return (READING.test(action) && !SHOWS_CONTENT.test(action)) || ALSO_READING.includes(action);
}

/** Staff roles are the ones that people of the account assume. */
function isStaff(land: Landscape, policyName: string): boolean {
  const policy = land.of<ManagedPolicyProperties>(POLICY).find(({ name }) => name === policyName);
  const roles = policy ? rolesOf(land, policy) : [];
  return (
    roles.length > 0 &&
    roles.every(({ properties }) => JSON.stringify(properties.AssumeRolePolicyDocument).includes(`arn:aws:iam::${land.account}:root`))
  );
}

const policiesFit: Claim = (land) =>
  judge('policies', land.of<ManagedPolicyProperties>(POLICY), ({ properties }) => {
    const length = asDeployed(properties.PolicyDocument).replace(/\s/g, '').length;
    return [length > MAX_POLICY_CHARACTERS && `has ${length} characters, and IAM takes ${MAX_POLICY_CHARACTERS}`];
  });

/** With names of the length that CloudFormation generates at most: 63 characters, and 36 for the id of a key. */
function asDeployed(document: PolicyDocument): string {
  return JSON.stringify(document)
    .replaceAll(/key\/\$\{[\w.]+\}/g, `key/${'k'.repeat(36)}`)
    .replaceAll(/\$\{[\w.]+\}/g, 'n'.repeat(63));
}

const passingIsNarrow: Claim = (land) =>
  judgeAll(
    'statements that pass a role',
    permissionsOf(land).filter(
      ({ policy, Effect, Action }) => Effect === 'Allow' && list(Action).includes('iam:PassRole') && !isBoundary(land, policy),
    ),
    ({ policy, Resource, Condition }) => [
      ...list(Resource).map((resource) => !land.at(resource, ROLE) && `${policy}: passes ${resource}, which is no role of the templates`),
      Condition?.['StringEquals']?.['iam:PassedToService'] === undefined && `${policy}: passes a role to any service`,
    ],
  );

/** Made in advance, for a workflow to attach. */
const onlyDenies = ({ properties }: Resource<ManagedPolicyProperties>): boolean =>
  properties.PolicyDocument.Statement.every(({ Effect }) => Effect === 'Deny');

const everyPolicyIsAttached: Claim = (land) =>
  judge('policies', land.of<ManagedPolicyProperties>(POLICY), (policy) => [
    rolesOf(land, policy).length === 0 && !isBoundary(land, policy.name) && !onlyDenies(policy) && 'is attached to nothing',
    (policy.properties.Users ?? policy.properties.Groups) !== undefined && 'is attached to users or groups',
    ...list(policy.properties.Roles).map((ref) => !land.at(ref, ROLE) && `is attached to ${ref}, which is no role of the templates`),
  ]);

const awsPoliciesAreKnown: Claim = (land) =>
  judgeAll('roles', identitiesOf(land), ({ role, awsManaged }) =>
    awsManaged.map((policy) => !(policy in AWS_POLICIES) && `${role.name}: brings the policy ${policy} of AWS along`),
  );

const trustIsNamed: Claim = (land) =>
  judge('roles', land.of<RoleProperties>(ROLE), ({ properties }: Resource<RoleProperties>) =>
    properties.AssumeRolePolicyDocument.Statement.flatMap(({ Principal, Condition }) => {
      if (typeof Principal !== 'object') return ['is assumed by anybody'];
      return [
        unlike('kinds of principal', Object.keys(Principal).length, 1),
        ...list(Principal['AWS']).map((arn) => arn !== `arn:aws:iam::${land.account}:root` && `is assumed by ${arn}`),
        list(Principal['AWS']).length > 0 && !Condition && 'is assumed by the whole account without a condition',
        ...list(Principal['Service']).map((service) => !/^[a-z.]+\.amazonaws\.com$/.test(service) && `is assumed by ${service}`),
      ];
    }),
  );

function change(sid: string, field: 'Action' | 'Resource' | 'Condition', value: unknown) {
  return ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) => {
    for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === sid)) Object.assign(statement, { [field]: value });
  };
}

describe('what identities may do', () => {
  holds('stands in managed policies: no inline policy, no user, no access key', nothingInline);
  holds('is named action by action', actionsAreNamed);
  holds('is named resource by resource, where the action allows it', resourcesAreNamed);
  holds('fits into a managed policy once names are generated', policiesFit);
  holds('passes named roles to one service', passingIsNarrow);
  holds('is attached to a role of the templates', everyPolicyIsAttached);
  holds('comes from AWS only where AWS keeps it current', awsPoliciesAreKnown);
  holds('is assumed by named services, or by this account under a condition', trustIsNamed);

  notices(
    'an inline policy',
    nothingInline,
    (draft) => draft.add('Api', 'Inline', 'AWS::IAM::Policy', { Roles: [], PolicyDocument: { Statement: [] } }),
    /^Api\/Inline: is an AWS::IAM::Policy/,
  );
  notices(
    'a wildcard action',
    actionsAreNamed,
    (draft) => draft.edit(POLICY, 'StaffOperator', change('ReadLogs', 'Action', 'logs:*')),
    /^Identity\/StaffOperator\w+: ReadLogs allows logs:\*/,
  );
  notices(
    'a writing action on every resource',
    resourcesAreNamed,
    (draft) => draft.edit(POLICY, 'StaffReadConfiguration', change('ReadConfiguration', 'Action', ['s3:PutBucketPolicy'])),
    /allows s3:PutBucketPolicy on every resource/,
  );
  notices(
    'a reader of every object',
    resourcesAreNamed,
    (draft) => draft.edit(POLICY, 'StaffReadConfiguration', change('ReadConfiguration', 'Action', ['s3:GetObject'])),
    /allows s3:GetObject on every resource/,
  );
  notices(
    'a service that reads every resource',
    resourcesAreNamed,
    (draft) => draft.edit(POLICY, 'RecordsApiExecution', change('ReadTokenKeys', 'Resource', '*')),
    /^Api\/RecordsApi\w+: ReadTokenKeys allows ssm:GetParameter on every resource/,
  );
  notices(
    'a policy that IAM would refuse for its length',
    policiesFit,
    (draft) =>
      draft.edit(
        POLICY,
        'StaffReadConfiguration',
        change(
          'ReadConfiguration',
          'Action',
          Array.from({ length: 300 }, (_, index) => `service:DescribeSomething${index}`),
        ),
      ),
    /^Identity\/StaffReadConfiguration\w+: has \d+ characters/,
  );
  notices(
    'a role passed to any service',
    passingIsNarrow,
    (draft) => draft.edit(POLICY, 'StaffBreakGlass', change('RestoreAsBackupService', 'Condition', undefined)),
    /passes a role to any service/,
  );
  notices(
    'a policy attached to nothing',
    everyPolicyIsAttached,
    (draft) => draft.set(POLICY, 'ProxyLogin', ['Roles'], []),
    /^Data\/ProxyLogin\w+: is attached to nothing/,
  );
  notices(
    'an administrator',
    awsPoliciesAreKnown,
    (draft) => draft.set(ROLE, 'MigrationsMigrate', ['ManagedPolicyArns'], ['arn:aws:iam::aws:policy/AdministratorAccess']),
    /brings the policy AdministratorAccess/,
  );
  notices(
    'a role for another account',
    trustIsNamed,
    (draft) =>
      draft.set(ROLE, 'StaffAuditor', ['AssumeRolePolicyDocument', 'Statement', 0, 'Principal'], { AWS: 'arn:aws:iam::999999999999:root' }),
    /is assumed by arn:aws:iam::999999999999:root/,
  );
});
