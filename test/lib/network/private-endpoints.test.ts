import { AUDIT_BATCH_PREFIX } from '../../../lambda/audit-exporter/contract';
import { AUDIT_SIGNALS_SOURCE } from '../../../lambda/audit-signals/contract';
import { bucketFor } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { Landscape } from '../../support/landscape';
import type { Call, PolicyDocument, Principal } from '../../support/policy';
import { decide, role } from '../../support/policy';
import { isIsolated } from '../../support/routes';

interface Endpoint {
  readonly PolicyDocument?: PolicyDocument;
  readonly PrivateDnsEnabled?: boolean;
  readonly RouteTableIds?: readonly string[];
  readonly SecurityGroupIds?: readonly string[];
  readonly ServiceName: string;
  readonly SubnetIds?: readonly string[];
  readonly VpcEndpointType: string;
}

const ENDPOINT = 'AWS::EC2::VPCEndpoint';
/** What code in the isolated subnets calls, and nothing it does not. */
const SERVICES = ['events', 'kms', 's3', 'secretsmanager', 'ssm'];

const onlyWhatIsCalled: Claim = (land) => {
  const services = land
    .of<Endpoint>(ENDPOINT)
    .map(({ properties }) => properties.ServiceName)
    .sort();
  const fault = unlike(
    'the endpoints',
    services,
    SERVICES.map((service) => `com.amazonaws.${land.config.region}.${service}`),
  );
  return fault === undefined ? [] : [fault];
};

const endpointsArePrivate: Claim = (land) =>
  judge('endpoints', land.of<Endpoint>(ENDPOINT), ({ properties }) => {
    const { VpcEndpointType, SubnetIds = [], SecurityGroupIds = [], RouteTableIds = [] } = properties;
    if (VpcEndpointType === 'Gateway')
      return [RouteTableIds.length !== land.config.availabilityZones.length && `is on ${RouteTableIds.length} route tables`];
    return [
      unlike('private names', properties.PrivateDnsEnabled, true),
      SubnetIds.length !== land.config.availabilityZones.length && `is in ${SubnetIds.length} subnets`,
      ...SubnetIds.map((id) => !isIsolated(land, id) && `stands in ${id}, which has a way out`),
      SecurityGroupIds.length !== 1 && `has ${SecurityGroupIds.length} security groups`,
    ];
  });

/** An action on a resource, by a role of the account unless another is named. */
type PassingCall = readonly [action: string, resource: string, by?: Principal, context?: Call['context']];

interface Passages {
  readonly allowed: readonly PassingCall[];
  readonly refused: readonly PassingCall[];
}

/** What must pass, and what must not, per endpoint. */
function passagesOf(land: Landscape): Readonly<Record<string, Passages>> {
  const {
    account,
    config: { name, region },
  } = land;
  const key = (prefix: string) => land.arnOf(land.one('AWS::KMS::Key', prefix));
  const answers = `arn:aws:s3:::cloudformation-custom-resource-response-${region.replaceAll('-', '')}/answer`;
  const batch = `${land.arnOf(bucketFor(land, 'auditArchive'))}/${AUDIT_BATCH_PREFIX}epoch/1.jsonl`;
  const exporter = role(account, `${name}-audit-exporter`);
  const bus = (of: string, busName = 'default') => `arn:aws:events:${region}:${of}:event-bus/${busName}`;
  const signals = role(account, `${name}-audit-signals`);
  const from = (...sources: readonly string[]) => ({ 'events:source': sources });
  return {
    events: {
      allowed: [
        ['events:PutEvents', bus(account), signals, from(AUDIT_SIGNALS_SOURCE)],
        ['events:PutEvents', bus(account), signals, from(AUDIT_SIGNALS_SOURCE, AUDIT_SIGNALS_SOURCE)],
      ],
      refused: [
        ['events:PutEvents', bus(account), signals, from('baseline.heartbeat')],
        ['events:PutEvents', bus(account), signals, from(AUDIT_SIGNALS_SOURCE, 'baseline.heartbeat')],
        ['events:PutEvents', bus(account), signals],
        ['events:PutEvents', bus(account), role(account, 'function'), from(AUDIT_SIGNALS_SOURCE)],
        ['events:PutEvents', bus(account), role('999999999999', `${name}-audit-signals`), from(AUDIT_SIGNALS_SOURCE)],
        ['events:PutEvents', bus('999999999999'), signals, from(AUDIT_SIGNALS_SOURCE)],
        ['events:PutEvents', bus(account, 'other'), signals, from(AUDIT_SIGNALS_SOURCE)],
        ['events:PutRule', `arn:aws:events:${region}:${account}:rule/any`, signals, from(AUDIT_SIGNALS_SOURCE)],
      ],
    },
    kms: {
      allowed: [
        ['kms:Decrypt', key('KeysFields')],
        ['kms:GenerateDataKeyWithoutPlaintext', key('KeysFields')],
        ['kms:GenerateMac', key('KeysMrnIndex')],
        ['kms:GenerateMac', key('KeysSsnIndex')],
        ['kms:GenerateMac', key('KeysInsuranceIdIndex')],
        ['kms:Sign', key('KeysBatchSigning')],
      ],
      refused: [
        ['kms:GenerateDataKey', key('KeysFields')],
        ['kms:Decrypt', key('KeysRecords')],
        ['kms:Decrypt', `arn:aws:kms:${region}:999999999999:key/1`],
        ['kms:Encrypt', key('KeysFields')],
        ['kms:VerifyMac', key('KeysSsnIndex')],
        ['kms:Sign', key('KeysFields')],
        ['kms:ScheduleKeyDeletion', key('KeysFields')],
      ],
    },
    s3: {
      allowed: [
        // Presigned by CloudFormation: nobody of the account.
        ['s3:PutObject', answers, role('999999999999', 'cloudformation')],
        ['s3:PutObject', batch, exporter],
        ['s3:GetObject', batch, exporter],
      ],
      refused: [
        ['s3:GetObject', answers],
        ['s3:PutObject', 'arn:aws:s3:::somebody-elses-bucket/phi', exporter],
        ['s3:PutObject', batch],
        ['s3:GetObject', batch, role('999999999999', `${name}-audit-exporter`)],
        ['s3:DeleteObject', batch, exporter],
        ['s3:PutObject', batch.replace(AUDIT_BATCH_PREFIX, 'elsewhere/'), exporter],
        ['s3:GetObject', `${land.arnOf(bucketFor(land, 'documents'))}/documents/1`],
      ],
    },
    secretsmanager: {
      allowed: [['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-1`]],
      refused: [
        ['secretsmanager:PutSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-1`],
        ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:999999999999:secret:rds!db-1`],
      ],
    },
    ssm: {
      allowed: [['ssm:GetParameter', `arn:aws:ssm:${region}:${account}:parameter/keys`]],
      refused: [
        ['ssm:PutParameter', `arn:aws:ssm:${region}:${account}:parameter/keys`],
        ['ssm:GetParameter', `arn:aws:ssm:${region}:999999999999:parameter/keys`],
      ],
    },
  };
}

const policiesAreNarrow: Claim = (land) =>
  judge('endpoints', land.of<Endpoint>(ENDPOINT), ({ properties }) => {
    const service = properties.ServiceName.split('.').at(-1) ?? '';
    const passages = passagesOf(land)[service];
    const statements = properties.PolicyDocument?.Statement ?? [];
    if (!passages || statements.length === 0) return ['has the policy that AWS gives it, which allows everything'];
    const passes = ([action, resource, by = role(land.account, 'function'), context = {}]: PassingCall) =>
      decide(statements, { by, action, resource, context }) === 'allowed';
    const abroad = role('999999999999', 'function');
    return [
      ...passages.allowed.map((call) => !passes(call) && `does not allow ${call[0]} on ${call[1]}`),
      ...passages.refused.map((call) => passes(call) && `allows ${call[0]} on ${call[1]}`),
      ...passages.allowed.map(
        ([action, resource, , context]) =>
          service !== 's3' && passes([action, resource, abroad, context]) && `allows another account ${action}`,
      ),
    ];
  });

describe('the private endpoints', () => {
  holds('are those of the services that code calls', onlyWhatIsCalled);
  holds('stand in isolated subnets, behind one group, under private names', endpointsArePrivate);
  holds('let through what is called, for this account, and nothing else', policiesAreNarrow);

  notices(
    'an endpoint that nobody calls',
    onlyWhatIsCalled,
    (draft) => draft.add('Network', 'Sts', ENDPOINT, { ServiceName: 'com.amazonaws.us-east-1.sts', VpcEndpointType: 'Interface' }),
    /the endpoints is .*us-east-1\.sts/,
  );
  notices(
    'an endpoint open to the network',
    endpointsArePrivate,
    (draft) => draft.set(ENDPOINT, 'RecordsVpcSystemsManager', ['SecurityGroupIds'], []),
    /has 0 security groups/,
  );
  notices(
    'an endpoint under the policy of AWS',
    policiesAreNarrow,
    (draft) => draft.unset(ENDPOINT, 'RecordsVpcSecretsManager', ['PolicyDocument']),
    /^Network\/RecordsVpcSecretsManager\w+: has the policy that AWS gives it/,
  );
  notices(
    'a way to carry objects out',
    policiesAreNarrow,
    (draft) => draft.set(ENDPOINT, 'RecordsVpcS3', ['PolicyDocument', 'Statement', 0, 'Resource'], '*'),
    /allows s3:PutObject on arn:aws:s3:::somebody-elses-bucket/,
  );
  notices(
    'a way to the keys of the whole account',
    policiesAreNarrow,
    (draft) => draft.set(ENDPOINT, 'RecordsVpcKms', ['PolicyDocument', 'Statement', 0, 'Resource'], '*'),
    /^Network\/RecordsVpcKms\w+: allows kms:Decrypt on arn:aws:kms:us-east-1:\d+:key\/\$\{Foundation\.KeysRecords/,
  );
  notices(
    'events of any source',
    policiesAreNarrow,
    (draft) => draft.unset(ENDPOINT, 'RecordsVpcEventBridge', ['PolicyDocument', 'Statement', 0, 'Condition', 'ForAllValues:StringEquals']),
    /allows events:PutEvents on/,
  );
  notices(
    'events of any role',
    policiesAreNarrow,
    (draft) => draft.unset(ENDPOINT, 'RecordsVpcEventBridge', ['PolicyDocument', 'Statement', 0, 'Condition', 'ArnEquals']),
    /allows events:PutEvents on/,
  );
  notices(
    'a passage for batches that is open to other roles',
    policiesAreNarrow,
    (draft) => draft.unset(ENDPOINT, 'RecordsVpcS3', ['PolicyDocument', 'Statement', 1, 'Condition', 'ArnEquals']),
    /allows s3:PutObject on .*\/audit\/epoch\/1\.jsonl/,
  );
});
