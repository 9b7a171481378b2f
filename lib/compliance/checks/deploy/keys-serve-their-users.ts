import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { identityOf, may } from '../../policy/identities';
import { lets } from '../../policy/service-calls';
import { CannotTell } from '../../verdict';
import { bucketOfFlowLog } from './delivered-logs';

const BUCKET_KEY = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID';

/** A service that encrypts under a key by itself, not on behalf of a role. */
interface Use {
  readonly user: Resource;
  readonly property: string;
  readonly key: unknown;
  readonly service: string;
  readonly actions: readonly string[];
  readonly source: string;
  readonly context?: Readonly<Record<string, string>>;
  /** Role that may stand in for the service. */
  readonly role?: unknown;
}

/**
 * CDK writes no key policy for these services and account-wide administration does not cover them: without a statement the trail or log
 * group cannot be created, or the file never comes. Topics and queues are judged with the alarms and rules that use them.
 */
export const keysServeTheirUsers: Check = {
  id: 'deploy/keys-serve-their-users',
  claim: 'every key of a trail, a log group, a flow log or a delivery channel lets the service that uses it encrypt and decrypt',
  citations: ['164.312(a)(2)(iv)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const uses = new Map(usesOf(environment).map((use) => [use.user, use]));
    const faultsFor = (user: Resource): readonly Fault[] => {
      const use = uses.get(user);
      return use ? faultsOf(environment, use) : [];
    };
    return judgeEach([...uses.keys()], '164.312(a)(2)(iv)', faultsFor, 'no service uses a key by itself');
  },
};

function usesOf(environment: EnvironmentModel): readonly Use[] {
  const { account } = environment.place;
  const trails = environment.of('AWS::CloudTrail::Trail').map((user): Use => {
    const arn = environment.arnOf(user);
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'];
    return {
      user,
      property: 'KMSKeyId',
      key: textAt(user, 'KMSKeyId'),
      service: 'cloudtrail.amazonaws.com',
      actions,
      source: arn,
      context: { 'kms:EncryptionContext:aws:cloudtrail:arn': arn },
    };
  });
  const groups = environment.of('AWS::Logs::LogGroup').map((user): Use => {
    const arn = environment.arnOf(user).replace(/:\*$/, '');
    const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'];
    return {
      user,
      property: 'KmsKeyId',
      key: textAt(user, 'KmsKeyId'),
      service: `logs.${user.region}.amazonaws.com`,
      actions,
      source: arn,
      context: { 'kms:EncryptionContext:aws:logs:arn': arn },
    };
  });
  const flows = environment.of('AWS::EC2::FlowLog').flatMap((user): Use[] => {
    const bucket = bucketOfFlowLog(environment, user);
    const key = bucket && textAt(bucket, BUCKET_KEY);
    const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];
    return [
      {
        user,
        property: 'LogDestination',
        key,
        service: 'delivery.logs.amazonaws.com',
        actions,
        source: `arn:aws:logs:${user.region}:${account}:delivery`,
      },
    ];
  });
  const channels = environment.of('AWS::Config::DeliveryChannel').map((user): Use => {
    const role = environment.of('AWS::Config::ConfigurationRecorder').map((recorder) => textAt(recorder, 'RoleARN'))[0];
    const source = `arn:aws:config:${user.region}:${account}:channel`;
    return {
      user,
      property: 'S3KmsKeyArn',
      key: textAt(user, 'S3KmsKeyArn'),
      service: 'config.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      source,
      role,
    };
  });
  return [...trails, ...groups, ...flows, ...channels].filter(({ key }) => key !== undefined);
}

function faultsOf(
  environment: EnvironmentModel,
  { user, property, key: value, service, actions, source, context, role }: Use,
): readonly Fault[] {
  const key = environment.at(value, 'AWS::KMS::Key');
  if (!key) throw new CannotTell(`the key of ${user.name} is none of these templates`);
  const identity = identityOf(environment, role);
  return actions
    .filter((action) => !lets(environment, key, { service, action, source, context }))
    .filter((action) => !(identity && may(environment, identity, { action, resource: environment.arnOf(key) })))
    .map((action) => ({
      property,
      value: `${key.logicalId} does not let ${service} ${action}`,
      expected: 'a statement of the key policy for it',
    }));
}
