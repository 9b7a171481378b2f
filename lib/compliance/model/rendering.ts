/** What a reference is rendered from. */
export interface Rendered {
  readonly account: string;
  readonly region: string;
  /** The resource's generated name, as a marker. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Render = (of: Rendered) => string;

const named = (property: string, properties: Rendered['properties'], name: string): string => {
  const value = properties[property];
  return typeof value === 'string' ? value : name;
};

const regional =
  (service: string, resource: (of: Rendered) => string): Render =>
  (of) =>
    `arn:aws:${service}:${of.region}:${of.account}:${resource(of)}`;

const STATE_MACHINE = ['states', ({ name, properties }: Rendered) => `stateMachine:${named('StateMachineName', properties, name)}`] as const;

/**
 * How references read in AWS, by type and attribute, so that a policy's wildcards meet in the model what they would meet there. A
 * reference that is not listed is its marker alone, which equals itself and nothing else.
 */
export const RENDERINGS: Readonly<Record<string, Render>> = {
  'AWS::S3::Bucket': ({ name, properties }) => named('BucketName', properties, name),
  'AWS::S3::Bucket.Arn': ({ name, properties }) => `arn:aws:s3:::${named('BucketName', properties, name)}`,
  'AWS::KMS::Key.Arn': regional('kms', ({ name }) => `key/${name}`),
  'AWS::Logs::LogGroup': ({ name, properties }) => named('LogGroupName', properties, name),
  'AWS::Logs::LogGroup.Arn': regional('logs', ({ name, properties }) => `log-group:${named('LogGroupName', properties, name)}:*`),
  'AWS::SNS::Topic': regional('sns', ({ name, properties }) => named('TopicName', properties, name)),
  'AWS::SNS::Topic.TopicArn': regional('sns', ({ name, properties }) => named('TopicName', properties, name)),
  'AWS::SQS::Queue.Arn': regional('sqs', ({ name, properties }) => named('QueueName', properties, name)),
  'AWS::Lambda::Function': ({ name, properties }) => named('FunctionName', properties, name),
  'AWS::Lambda::Function.Arn': regional('lambda', ({ name, properties }) => `function:${named('FunctionName', properties, name)}`),
  'AWS::IAM::Role': ({ name, properties }) => named('RoleName', properties, name),
  'AWS::IAM::Role.Arn': ({ account, name, properties }) => `arn:aws:iam::${account}:role/${named('RoleName', properties, name)}`,
  'AWS::IAM::ManagedPolicy': ({ account, name, properties }) =>
    `arn:aws:iam::${account}:policy/${named('ManagedPolicyName', properties, name)}`,
  'AWS::Events::Rule.Arn': regional('events', ({ name, properties }) => `rule/${named('Name', properties, name)}`),
  'AWS::CloudTrail::Trail': ({ name, properties }) => named('TrailName', properties, name),
  'AWS::CloudTrail::Trail.Arn': regional('cloudtrail', ({ name, properties }) => `trail/${named('TrailName', properties, name)}`),
  'AWS::Cognito::UserPool.Arn': regional('cognito-idp', ({ name }) => `userpool/${name}`),
  'AWS::SSM::Parameter': ({ name, properties }) => named('Name', properties, name),
  'AWS::StepFunctions::StateMachine': regional(...STATE_MACHINE),
  'AWS::StepFunctions::StateMachine.Arn': regional(...STATE_MACHINE),
  'AWS::RDS::DBInstance': ({ name, properties }) => named('DBInstanceIdentifier', properties, name),
  'AWS::RDS::DBInstance.DBInstanceArn': regional('rds', ({ name, properties }) => `db:${named('DBInstanceIdentifier', properties, name)}`),
  'AWS::RDS::DBProxy': ({ name, properties }) => named('DBProxyName', properties, name),
  'AWS::RDS::DBProxy.DBProxyArn': regional('rds', ({ name }) => `db-proxy:prx-${name}`),
  'AWS::Backup::BackupVault': ({ name, properties }) => named('BackupVaultName', properties, name),
  'AWS::Backup::BackupVault.BackupVaultArn': regional(
    'backup',
    ({ name, properties }) => `backup-vault:${named('BackupVaultName', properties, name)}`,
  ),
  'AWS::ElasticLoadBalancingV2::TargetGroup': regional(
    'elasticloadbalancing',
    ({ name, properties }) => `targetgroup/${named('Name', properties, 'generated')}/${name}`,
  ),
};
