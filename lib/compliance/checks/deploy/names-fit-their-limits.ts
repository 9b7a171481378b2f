import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { MARKER } from '../../model/resolve';
import { textsAt, valueAt } from '../../model/read';

/** What a service takes as a name: the pattern of its API reference, length included. */
interface Rule {
  readonly property: string;
  readonly pattern: RegExp;
  readonly expected: string;
}

const rule = (property: string, pattern: RegExp, expected: string): Rule => ({ property, pattern, expected });

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'AWS::S3::Bucket': [
    rule('BucketName', /^(?!xn--|sthree-)(?!.*-s3alias$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 of a-z 0-9 . -'),
  ],
  'AWS::IAM::Role': [
    rule('RoleName', /^[\w+=,.@-]{1,64}$/, '64 characters at most'),
    rule('Description', /^[^]{0,1000}$/, '1000 characters at most'),
  ],
  'AWS::IAM::ManagedPolicy': [
    rule('ManagedPolicyName', /^[\w+=,.@-]{1,128}$/, '128 characters at most'),
    rule('Description', /^[^]{0,1000}$/, '1000 characters at most'),
  ],
  'AWS::Lambda::Function': [
    rule('FunctionName', /^[\w-]{1,64}$/, '64 of letters, digits, - and _ at most'),
    rule('Description', /^[^]{0,256}$/, '256 characters at most'),
  ],
  'AWS::SNS::Topic': [rule('TopicName', /^[\w-]{1,256}(\.fifo)?$/, '256 of letters, digits, - and _ at most')],
  'AWS::SQS::Queue': [rule('QueueName', /^[\w-]{1,75}(\.fifo)?$|^[\w-]{1,80}$/, '80 of letters, digits, - and _ at most')],
  'AWS::Logs::LogGroup': [rule('LogGroupName', /^[\w/.#-]{1,512}$/, '512 of letters, digits and _ - / . # at most')],
  'AWS::CloudWatch::Alarm': [
    rule('AlarmName', /^[^:]{1,255}$/, '255 characters at most'),
    rule('AlarmDescription', /^[^]{0,1024}$/, '1024 characters at most'),
  ],
  'AWS::Events::Rule': [
    rule('Name', /^[\w.-]{1,64}$/, '64 of letters, digits and . - _ at most'),
    rule('Description', /^[^]{0,512}$/, '512 characters at most'),
  ],
  'AWS::RDS::DBInstance': [
    rule('DBInstanceIdentifier', /^(?!.*--)[A-Za-z][A-Za-z0-9-]{0,62}(?<!-)$/, '63 of letters, digits and single hyphens at most'),
    rule('DBName', /^[A-Za-z_]\w{0,62}$/, '63 of letters, digits and _ at most'),
    rule('MasterUsername', /^(?!(?:admin|postgres|rdsadmin)$)[A-Za-z]\w{0,62}$/i, 'a letter first, and no reserved word'),
  ],
  'AWS::RDS::DBProxy': [
    rule('DBProxyName', /^(?!.*--)[A-Za-z][A-Za-z0-9-]{0,61}(?<!-)$/, '62 of letters, digits and single hyphens at most'),
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    rule('Name', /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, '32 of letters, digits and - at most'),
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [rule('Name', /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, '32 of letters, digits and - at most')],
  'AWS::EC2::SecurityGroup': [rule('GroupDescription', /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/, '255 plain characters at most')],
  'AWS::Backup::BackupVault': [rule('BackupVaultName', /^[A-Za-z0-9_-]{2,50}$/, '2 to 50 of letters, digits, - and _')],
  'AWS::Backup::RestoreTestingPlan': [rule('RestoreTestingPlanName', /^\w{1,50}$/, '50 of letters, digits and _ at most')],
  'AWS::Backup::RestoreTestingSelection': [rule('RestoreTestingSelectionName', /^\w{1,50}$/, '50 of letters, digits and _ at most')],
  'AWS::CloudTrail::Trail': [
    rule('TrailName', /^(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/, '3 to 128 of letters, digits and . _ -'),
  ],
  'AWS::Config::ConformancePack': [rule('ConformancePackName', /^[A-Za-z][A-Za-z0-9-]{0,255}$/, '256 of letters, digits and - at most')],
  'AWS::WAFv2::WebACL': [rule('Name', /^[\w-]{1,128}$/, '128 of letters, digits, - and _ at most')],
  'AWS::SSM::Parameter': [
    rule('Name', /^\/?(?!aws|ssm)[\w./-]{1,1011}$/i, '1011 of letters, digits and . - _ / at most, not aws or ssm first'),
  ],
  'AWS::KMS::Alias': [rule('AliasName', /^alias\/(?!aws\/)[\w/-]{1,250}$/, 'alias/ and 250 of letters, digits and / _ - at most')],
};

/** A name that a service refuses stops the deployment half way; one that WAF does not expect is refused as an invalid ARN. */
export const namesFitTheirLimits: Check = {
  id: 'deploy/names-fit-their-limits',
  claim: 'every name and description is one that its service takes, and every log group or bucket of a web ACL is named aws-waf-logs-*',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const named = environment.all.filter(({ type }) => Object.hasOwn(RULES, type));
    const logging = environment.of('AWS::WAFv2::LoggingConfiguration');
    return judgeEach([...named, ...logging], '164.308(a)(8)', (resource) =>
      resource.type === 'AWS::WAFv2::LoggingConfiguration'
        ? faultsOfLogging(resource)
        : (RULES[resource.type] ?? []).flatMap((each) => faultsOf(resource, each)),
    );
  },
};

function faultsOf(resource: Resource, { property, pattern, expected }: Rule): readonly Fault[] {
  const value = valueAt(resource, property);
  if (value === undefined || (typeof value === 'string' && (pattern.test(value) || MARKER.test(value)))) return [];
  return [{ property, value, expected }];
}

function faultsOfLogging(logging: Resource): readonly Fault[] {
  const property = 'LogDestinationConfigs';
  const destinations = textsAt(logging, property);
  if (destinations.length !== 1) return [{ property, value: destinations, expected: 'one destination' }];
  const named = destinations.filter((arn) => !/[:/]aws-waf-logs-/.test(arn));
  return named.map((value) => ({ property, value, expected: 'a destination named aws-waf-logs-*' }));
}
