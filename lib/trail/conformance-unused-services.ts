import type { UnusedService } from './conformance-services';

/** Rules that would have nothing to judge. A service that comes into use moves to `RULES_IN_USE`. */
export const RULES_NOT_IN_USE: readonly UnusedService[] = [
  {
    service: 'API Gateway',
    types: ['AWS::ApiGateway', 'AWS::ApiGatewayV2'],
    rules: [
      'api-gw-associated-with-waf',
      'api-gw-cache-enabled-and-encrypted',
      'api-gw-execution-logging-enabled',
      'api-gw-ssl-enabled',
      'api-gw-xray-enabled',
    ],
  },
  {
    service: 'EC2 Auto Scaling',
    types: ['AWS::AutoScaling'],
    rules: ['autoscaling-group-elb-healthcheck-required', 'autoscaling-launch-config-public-ip-disabled'],
  },
  {
    service: 'Aurora and RDS clusters',
    types: ['AWS::RDS::DBCluster'],
    rules: ['aurora-resources-protected-by-backup-plan', 'rds-cluster-deletion-protection-enabled', 'rds-cluster-multi-az-enabled'],
  },
  {
    service: 'Elastic Beanstalk',
    types: ['AWS::ElasticBeanstalk'],
    rules: ['beanstalk-enhanced-health-reporting-enabled', 'elastic-beanstalk-managed-updates-enabled'],
  },
  {
    service: 'CodeBuild',
    types: ['AWS::CodeBuild'],
    rules: ['codebuild-project-envvar-awscred-check', 'codebuild-project-source-repo-url-check'],
  },
  { service: 'Database Migration Service', types: ['AWS::DMS'], rules: ['dms-replication-not-public'] },
  {
    service: 'DynamoDB',
    types: ['AWS::DynamoDB'],
    rules: [
      'dynamodb-autoscaling-enabled',
      'dynamodb-in-backup-plan',
      'dynamodb-pitr-enabled',
      'dynamodb-table-encrypted-kms',
      'dynamodb-throughput-limit-check',
    ],
  },
  {
    service: 'EBS',
    types: ['AWS::EC2::Volume', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'],
    rules: [
      'ebs-in-backup-plan',
      'ebs-optimized-instance',
      'ebs-snapshot-public-restorable-check',
      'ec2-ebs-encryption-by-default',
      'encrypted-volumes',
    ],
  },
  {
    service: 'EC2 instances',
    types: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'],
    rules: [
      'ec2-imdsv2-check',
      'ec2-instance-detailed-monitoring-enabled',
      'ec2-instance-managed-by-systems-manager',
      'ec2-instance-no-public-ip',
      'ec2-instance-profile-attached',
      'ec2-instances-in-vpc',
      'ec2-managedinstance-association-compliance-status-check',
      'ec2-managedinstance-patch-compliance-status-check',
      'ec2-resources-protected-by-backup-plan',
      'ec2-stopped-instance',
    ],
  },
  { service: 'ECS', types: ['AWS::ECS'], rules: ['ecs-containers-readonly-access', 'ecs-task-definition-user-for-host-mode-check'] },
  { service: 'EFS', types: ['AWS::EFS'], rules: ['efs-encrypted-check', 'efs-in-backup-plan'] },
  { service: 'ElastiCache', types: ['AWS::ElastiCache'], rules: ['elasticache-redis-cluster-automatic-backup-check'] },
  {
    service: 'Elasticsearch',
    types: ['AWS::Elasticsearch'],
    rules: [
      'elasticsearch-encrypted-at-rest',
      'elasticsearch-in-vpc-only',
      'elasticsearch-logs-to-cloudwatch',
      'elasticsearch-node-to-node-encryption-check',
    ],
  },
  {
    service: 'Classic Load Balancer',
    types: ['AWS::ElasticLoadBalancing'],
    rules: [
      'elb-acm-certificate-required',
      'elb-cross-zone-load-balancing-enabled',
      'elb-predefined-security-policy-ssl-check',
      'elb-tls-https-listeners-only',
    ],
  },
  { service: 'EMR', types: ['AWS::EMR', 'AWS::EMRServerless'], rules: ['emr-kerberos-enabled', 'emr-master-no-public-ip'] },
  { service: 'Kinesis Data Streams', types: ['AWS::Kinesis'], rules: ['kinesis-stream-encrypted'] },
  {
    service: 'OpenSearch',
    types: ['AWS::OpenSearchService', 'AWS::OpenSearchServerless'],
    rules: [
      'opensearch-encrypted-at-rest',
      'opensearch-https-required',
      'opensearch-in-vpc-only',
      'opensearch-logs-to-cloudwatch',
      'opensearch-node-to-node-encryption-check',
    ],
  },
  {
    service: 'Redshift',
    types: ['AWS::Redshift', 'AWS::RedshiftServerless'],
    rules: [
      'redshift-backup-enabled',
      'redshift-cluster-configuration-check',
      'redshift-cluster-maintenancesettings-check',
      'redshift-cluster-public-access-check',
      'redshift-enhanced-vpc-routing-enabled',
      'redshift-require-tls-ssl',
    ],
  },
  {
    service: 'SageMaker',
    types: ['AWS::SageMaker'],
    rules: [
      'sagemaker-endpoint-configuration-kms-key-configured',
      'sagemaker-notebook-instance-kms-key-configured',
      'sagemaker-notebook-no-direct-internet-access',
    ],
  },
  {
    service: 'Site-to-Site VPN',
    types: ['AWS::EC2::VPNConnection', 'AWS::EC2::VPNGateway'],
    rules: ['vpc-vpn-2-tunnels-up'],
  },
];
