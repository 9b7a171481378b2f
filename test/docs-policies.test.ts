import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_NAMES, resourcesOf } from './support/assembly';

const FOLDER = join(__dirname, '..', 'docs', 'policies');

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const policies = readdirSync(FOLDER).sort().map((file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const { Version, Statement } = JSON.parse(text) as { Version: string; Statement: readonly Statement[] };
  return { file, text, Version, statements: Statement };
});

/** What the execution role of the bootstrap is given; the boundary is its ceiling. */
const EXECUTION = ['deploy-stores.json', 'deploy-platform.json', 'deploy-roles.json'];

const statementsOf = (...files: readonly string[]): Statement[] =>
  policies.filter(({ file }) => files.includes(file)).flatMap(({ statements }) => statements);
const actionsOf = ({ Action }: Statement): readonly string[] => (typeof Action === 'string' ? [Action] : Action);
const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action);

/** Statements of these policies that let an action through. */
function allowing(action: string, files: readonly string[] = EXECUTION): Statement[] {
  return statementsOf(...files).filter(
    (statement) => statement.Effect === 'Allow' && actionsOf(statement).some((pattern) => matches(pattern, action)),
  );
}

/** Whether the boundary lets an action through, wherever the action is taken. */
function withinBoundary(action: string): boolean {
  const everywhere = statementsOf('deploy-boundary.json').filter(({ Resource }) => Resource === '*');
  const hit = (effect: Statement['Effect']): boolean =>
    everywhere.some((statement) => statement.Effect === effect && actionsOf(statement).some((pattern) => matches(pattern, action)));
  return hit('Allow') && !hit('Deny');
}

/** How CloudFormation creates each type of the templates. A type that is missing here fails the test below. */
const CREATED_BY: Readonly<Record<string, string>> = {
  'AWS::AccessAnalyzer::Analyzer': 'access-analyzer:CreateAnalyzer',
  'AWS::Backup::BackupPlan': 'backup:CreateBackupPlan',
  'AWS::Backup::BackupSelection': 'backup:CreateBackupSelection',
  'AWS::Backup::BackupVault': 'backup:CreateBackupVault',
  'AWS::Backup::RestoreTestingPlan': 'backup:CreateRestoreTestingPlan',
  'AWS::Backup::RestoreTestingSelection': 'backup:CreateRestoreTestingSelection',
  'AWS::CertificateManager::Certificate': 'acm:RequestCertificate',
  'AWS::CloudTrail::Trail': 'cloudtrail:CreateTrail',
  'AWS::CloudWatch::Alarm': 'cloudwatch:PutMetricAlarm',
  'AWS::Cognito::LogDeliveryConfiguration': 'cognito-idp:SetLogDeliveryConfiguration',
  'AWS::Cognito::UserPool': 'cognito-idp:CreateUserPool',
  'AWS::Cognito::UserPoolClient': 'cognito-idp:CreateUserPoolClient',
  'AWS::Cognito::UserPoolGroup': 'cognito-idp:CreateGroup',
  'AWS::Config::ConfigurationRecorder': 'config:PutConfigurationRecorder',
  'AWS::Config::ConformancePack': 'config:PutConformancePack',
  'AWS::Config::DeliveryChannel': 'config:PutDeliveryChannel',
  'AWS::EC2::FlowLog': 'ec2:CreateFlowLogs',
  'AWS::EC2::InternetGateway': 'ec2:CreateInternetGateway',
  'AWS::EC2::Route': 'ec2:CreateRoute',
  'AWS::EC2::RouteTable': 'ec2:CreateRouteTable',
  'AWS::EC2::SecurityGroup': 'ec2:CreateSecurityGroup',
  'AWS::EC2::SecurityGroupEgress': 'ec2:AuthorizeSecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress': 'ec2:AuthorizeSecurityGroupIngress',
  'AWS::EC2::Subnet': 'ec2:CreateSubnet',
  'AWS::EC2::SubnetRouteTableAssociation': 'ec2:AssociateRouteTable',
  'AWS::EC2::VPC': 'ec2:CreateVpc',
  'AWS::EC2::VPCEndpoint': 'ec2:CreateVpcEndpoint',
  'AWS::EC2::VPCGatewayAttachment': 'ec2:AttachInternetGateway',
  'AWS::ElasticLoadBalancingV2::Listener': 'elasticloadbalancing:CreateListener',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'elasticloadbalancing:CreateRule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'elasticloadbalancing:CreateLoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'elasticloadbalancing:CreateTargetGroup',
  'AWS::Events::Rule': 'events:PutRule',
  'AWS::GuardDuty::Detector': 'guardduty:CreateDetector',
  'AWS::IAM::ManagedPolicy': 'iam:CreatePolicy',
  'AWS::IAM::Role': 'iam:CreateRole',
  'AWS::KMS::Key': 'kms:CreateKey',
  'AWS::Lambda::EventSourceMapping': 'lambda:CreateEventSourceMapping',
  'AWS::Lambda::Function': 'lambda:CreateFunction',
  'AWS::Lambda::Permission': 'lambda:AddPermission',
  'AWS::Logs::LogGroup': 'logs:CreateLogGroup',
  'AWS::Logs::MetricFilter': 'logs:PutMetricFilter',
  'AWS::RDS::DBInstance': 'rds:CreateDBInstance',
  'AWS::RDS::DBParameterGroup': 'rds:CreateDBParameterGroup',
  'AWS::RDS::DBProxy': 'rds:CreateDBProxy',
  'AWS::RDS::DBProxyTargetGroup': 'rds:RegisterDBProxyTargets',
  'AWS::RDS::DBSubnetGroup': 'rds:CreateDBSubnetGroup',
  'AWS::Route53::RecordSet': 'route53:ChangeResourceRecordSets',
  'AWS::S3::Bucket': 's3:CreateBucket',
  'AWS::S3::BucketPolicy': 's3:PutBucketPolicy',
  'AWS::SNS::Subscription': 'sns:Subscribe',
  'AWS::SNS::Topic': 'sns:CreateTopic',
  'AWS::SNS::TopicPolicy': 'sns:SetTopicAttributes',
  'AWS::SQS::Queue': 'sqs:CreateQueue',
  'AWS::SQS::QueuePolicy': 'sqs:SetQueueAttributes',
  'AWS::SSM::Parameter': 'ssm:PutParameter',
  'AWS::Scheduler::Schedule': 'scheduler:CreateSchedule',
  'AWS::SecurityHub::Hub': 'securityhub:EnableSecurityHub',
  'AWS::SecurityHub::SecurityControl': 'securityhub:UpdateSecurityControl',
  'AWS::SecurityHub::Standard': 'securityhub:BatchEnableStandards',
  'AWS::StepFunctions::StateMachine': 'states:CreateStateMachine',
  'AWS::WAFv2::LoggingConfiguration': 'wafv2:PutLoggingConfiguration',
  'AWS::WAFv2::WebACL': 'wafv2:CreateWebACL',
  'AWS::WAFv2::WebACLAssociation': 'wafv2:AssociateWebACL',
  'Custom::AuditSettings': 'lambda:InvokeFunction',
  'Custom::DataKeys': 'lambda:InvokeFunction',
  'Custom::SchemaMigrations': 'lambda:InvokeFunction',
  'Custom::TokenKeys': 'lambda:InvokeFunction',
  'Custom::VpcRestrictDefaultSG': 'lambda:InvokeFunction',
};

const types = [...new Set(ENVIRONMENT_NAMES.flatMap((name) => resourcesOf(name)).map(({ Type }) => Type))].sort();

describe('every policy', () => {
  test.each(policies)('$file fits a managed policy, and no action is a bare star', ({ text, Version, statements }) => {
    expect(Version).toBe('2012-10-17');
    expect(text.replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
    const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(actionsOf);
    expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z]+\*?$/.test(action))).toEqual([]);
  });

  test('is used in docs/deploying.md', () => {
    const guide = readFileSync(join(FOLDER, '..', 'deploying.md'), 'utf8');
    expect(policies.map(({ file }) => file).filter((file) => !guide.includes(`policies/${file}`))).toEqual([]);
  });
});

describe('the execution policies', () => {
  test.each(types)('can create %s', (type) => {
    const action = CREATED_BY[type];
    expect(action).toBeDefined();
    expect(allowing(String(action)).length).toBeGreaterThan(0);
  });

  test('name no type that the templates no longer have', () => {
    expect(Object.keys(CREATED_BY).filter((type) => !types.includes(type))).toEqual([]);
  });

  test('stay within the boundary, so that nothing granted is refused by it', () => {
    const granted = EXECUTION.flatMap((file) => statementsOf(file)).flatMap(actionsOf);
    expect(granted.filter((action) => !withinBoundary(action.replace('*', '')) && !withinBoundary(action))).toEqual([]);
  });

  test.each([
    'backup:DeleteRecoveryPoint', 'cognito-idp:AdminCreateUser', 'cognito-idp:ListUsers', 'iam:CreateAccessKey', 'iam:CreateUser',
    'kms:ScheduleKeyDeletion', 'logs:GetLogEvents', 'rds:ModifyDBSnapshotAttribute', 'rds:StartExportTask', 's3:DeleteObject',
    's3:DeleteObjectVersion', 's3:PutObject', 'secretsmanager:GetSecretValue', 'sqs:ReceiveMessage', 'ssm:GetParameter',
    'sts:AssumeRole',
  ])('do not allow %s', (action) => {
    expect(allowing(action)).toEqual([]);
  });

  test('read objects of the bootstrap\'s bucket only, and use keys through services only', () => {
    expect(allowing('s3:GetObject').map(({ Resource }) => Resource)).toEqual(['arn:aws:s3:::cdk-hnb659fds-assets-*']);
    expect(allowing('kms:Decrypt').map(({ Condition }) => Object.keys(Condition ?? {}))).toEqual([['StringLike']]);
  });

  test('attach exactly the AWS policies that the templates attach', () => {
    const attached = new Set(
      ENVIRONMENT_NAMES.flatMap((name) => resourcesOf(name, 'AWS::IAM::Role'))
        .flatMap(({ Properties }) => (Properties['ManagedPolicyArns'] as unknown[] | undefined) ?? [])
        .map((arn) => /iam::aws:policy\/([\w/-]+)/.exec(JSON.stringify(arn))?.[1])
        .filter((name) => name !== undefined),
    );
    const condition = JSON.stringify(allowing('iam:AttachRolePolicy').map(({ Condition }) => Condition));
    const permitted = [...condition.matchAll(/iam::aws:policy\/([\w/-]+)/g)].map(([, name]) => name);
    expect(permitted.sort()).toEqual([...attached].sort());
  });

  test('pass roles to exactly the services that assume one in the templates', () => {
    const assumed = new Set(
      ENVIRONMENT_NAMES.flatMap((name) => resourcesOf(name, 'AWS::IAM::Role')).flatMap(({ Properties }) =>
        [...JSON.stringify(Properties['AssumeRolePolicyDocument']).matchAll(/"Service":"([\w.]+)"/g)].map(([, service]) => service),
      ),
    );
    const [pass] = allowing('iam:PassRole');
    expect(Object.values(pass?.Condition ?? {})).toEqual([{ 'iam:PassedToService': [...assumed].sort() }]);
  });
});

describe('the boundary', () => {
  test.each([
    'backup:DeleteBackupVault', 'backup:DeleteRecoveryPoint', 'dynamodb:CreateTable', 'iam:CreateAccessKey', 'iam:CreateLoginProfile',
    'iam:CreateUser', 'iam:DeleteRolePermissionsBoundary', 'kms:DisableKey', 'kms:ScheduleKeyDeletion', 'logs:GetLogEvents',
    'rds:ModifyDBSnapshotAttribute', 's3:BypassGovernanceRetention', 's3:DeleteBucket', 's3:DeleteObjectVersion',
    'secretsmanager:GetSecretValue',
  ])('never lets a deploy %s', (action) => {
    expect(withinBoundary(action)).toBe(false);
  });

  test('keeps the bootstrap\'s own roles and these policies out of reach', () => {
    const denies = (action: string): unknown[] =>
      statementsOf('deploy-boundary.json')
        .filter((statement) => statement.Effect === 'Deny' && actionsOf(statement).includes(action))
        .flatMap(({ Resource }) => Resource ?? []);
    expect(denies('iam:AttachRolePolicy')).toContain('arn:aws:iam::*:role/cdk-hnb659fds-*');
    expect(denies('iam:PutRolePermissionsBoundary')).toContain('arn:aws:iam::*:role/cdk-hnb659fds-*');
    expect(denies('iam:CreatePolicyVersion')).toContain('arn:aws:iam::*:policy/telehealth-*');
  });
});
