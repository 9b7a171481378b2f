/** Types without a charge of their own, grouped by the reason. */
const FREE_TYPES: readonly { readonly because: string; readonly types: readonly string[] }[] = [
  {
    because: 'identity and access settings are free',
    types: [
      'AWS::IAM::AccessKey',
      'AWS::IAM::Group',
      'AWS::IAM::InstanceProfile',
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::OIDCProvider',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::IAM::SAMLProvider',
      'AWS::IAM::ServiceLinkedRole',
      'AWS::IAM::User',
    ],
  },
  {
    because: 'a workflow costs what its transitions cost, of which a drill or an incident makes a few dozen, and 4,000 a month are free',
    types: ['AWS::StepFunctions::StateMachine'],
  },
  {
    because: 'network configuration is free; what passes through it is billed with its endpoints and load balancers',
    types: [
      'AWS::EC2::InternetGateway',
      'AWS::EC2::NetworkAcl',
      'AWS::EC2::NetworkAclEntry',
      'AWS::EC2::PrefixList',
      'AWS::EC2::Route',
      'AWS::EC2::RouteTable',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::SecurityGroupEgress',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::EC2::Subnet',
      'AWS::EC2::SubnetNetworkAclAssociation',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::VPC',
      'AWS::EC2::VPCBlockPublicAccessOptions',
      'AWS::EC2::VPCGatewayAttachment',
      'AWS::Route53::RecordSet',
    ],
  },
  {
    because: 'a setting of a resource that is billed itself',
    types: [
      'AWS::Backup::BackupSelection',
      'AWS::Backup::BackupVault',
      'AWS::Backup::RestoreTestingSelection',
      'AWS::Cognito::LogDeliveryConfiguration',
      'AWS::Cognito::UserPoolClient',
      'AWS::Cognito::UserPoolGroup',
      'AWS::Cognito::UserPoolResourceServer',
      'AWS::Cognito::UserPoolRiskConfigurationAttachment',
      'AWS::Cognito::UserPoolUICustomizationAttachment',
      'AWS::Cognito::UserPoolUser',
      'AWS::Config::DeliveryChannel',
      'AWS::ElasticLoadBalancingV2::Listener',
      'AWS::ElasticLoadBalancingV2::ListenerCertificate',
      'AWS::ElasticLoadBalancingV2::ListenerRule',
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      'AWS::Events::EventBus',
      'AWS::Events::EventBusPolicy',
      'AWS::KMS::Alias',
      'AWS::Lambda::Alias',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::LayerVersion',
      'AWS::Lambda::Permission',
      'AWS::Lambda::Version',
      'AWS::Logs::QueryDefinition',
      'AWS::Logs::ResourcePolicy',
      'AWS::Logs::SubscriptionFilter',
      'AWS::RDS::DBParameterGroup',
      'AWS::RDS::DBProxyTargetGroup',
      'AWS::RDS::DBSubnetGroup',
      'AWS::RDS::OptionGroup',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Subscription',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::ScheduleGroup',
      'AWS::SecretsManager::ResourcePolicy',
      'AWS::SecretsManager::RotationSchedule',
      'AWS::SecretsManager::SecretTargetAttachment',
      'AWS::SecurityHub::AutomationRule',
      'AWS::SecurityHub::SecurityControl',
      'AWS::SecurityHub::Standard',
      'AWS::WAFv2::IPSet',
      'AWS::WAFv2::LoggingConfiguration',
      'AWS::WAFv2::RegexPatternSet',
      'AWS::WAFv2::WebACLAssociation',
    ],
  },
  { because: 'public certificates are free', types: ['AWS::CertificateManager::Certificate'] },
  { because: 'metadata of the CDK itself', types: ['AWS::CDK::Metadata'] },
];

const REASONS = new Map(FREE_TYPES.flatMap(({ because, types }) => types.map((type) => [type, because] as const)));

/**
 * Why a resource type costs nothing by itself; `undefined` for a type that nobody classified.
 *
 * A custom resource is free because the function behind it is counted as a function.
 */
export function freeBecause(type: string): string | undefined {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'
    ? 'a custom resource runs a function, which is counted as one'
    : REASONS.get(type);
}
