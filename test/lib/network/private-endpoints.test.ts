import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { PolicyDocument } from '../../support/policy';
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
const SERVICES = ['s3', 'secretsmanager', 'ssm'];

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

/** One allowed call and one that must fail, per endpoint. */
const policiesAreNarrow: Claim = (land) => {
  const {
    account,
    config: { region },
  } = land;
  const own = role(account, 'function');
  const answers = `arn:aws:s3:::cloudformation-custom-resource-response-${region.replaceAll('-', '')}/answer`;
  const calls: Readonly<
    Record<string, { readonly allowed: readonly [string, string]; readonly refused: readonly (readonly [string, string])[] }>
  > = {
    s3: {
      allowed: ['s3:PutObject', answers],
      refused: [
        ['s3:GetObject', answers],
        ['s3:PutObject', 'arn:aws:s3:::somebody-elses-bucket/phi'],
      ],
    },
    secretsmanager: {
      allowed: ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-1`],
      refused: [
        ['secretsmanager:PutSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-1`],
        ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:999999999999:secret:rds!db-1`],
      ],
    },
    ssm: {
      allowed: ['ssm:GetParameter', `arn:aws:ssm:${region}:${account}:parameter/keys`],
      refused: [
        ['ssm:PutParameter', `arn:aws:ssm:${region}:${account}:parameter/keys`],
        ['ssm:GetParameter', `arn:aws:ssm:${region}:999999999999:parameter/keys`],
      ],
    },
  };
  return judge('endpoints', land.of<Endpoint>(ENDPOINT), ({ properties }) => {
    const service = properties.ServiceName.split('.').at(-1) ?? '';
    const expected = calls[service];
    const statements = properties.PolicyDocument?.Statement ?? [];
    if (!expected || statements.length === 0) return ['has the policy that AWS gives it, which allows everything'];
    const decideFor = (by: typeof own, [action, resource]: readonly [string, string]) => decide(statements, { by, action, resource });
    return [
      decideFor(own, expected.allowed) !== 'allowed' && `does not allow ${expected.allowed[0]}`,
      ...expected.refused.map((call) => decideFor(own, call) === 'allowed' && `allows ${call.join(' on ')}`),
      // The answer to CloudFormation is presigned: it carries nobody's account.
      service !== 's3' && decideFor(role('999999999999', 'function'), expected.allowed) === 'allowed' && 'allows another account',
    ];
  });
};

describe('the private endpoints', () => {
  holds('are those of the services that code calls', onlyWhatIsCalled);
  holds('stand in isolated subnets, behind one group, under private names', endpointsArePrivate);
  holds('let through what is called, for this account, and nothing else', policiesAreNarrow);

  notices(
    'an endpoint that nobody calls',
    onlyWhatIsCalled,
    (draft) => draft.add('Network', 'Kms', ENDPOINT, { ServiceName: 'com.amazonaws.us-east-1.kms', VpcEndpointType: 'Interface' }),
    /the endpoints is .*us-east-1\.kms/,
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
});
