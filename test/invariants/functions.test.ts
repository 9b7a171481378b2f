import { ADMINISTER_ENVIRONMENT } from '../../lambda/administer/contract';
import { AUDIT_EXPORTER_ENVIRONMENT } from '../../lambda/audit-exporter/contract';
import { AUDIT_SIGNALS_ENVIRONMENT } from '../../lambda/audit-signals/contract';
import { INCIDENT_CLOCKS_ENVIRONMENT } from '../../lambda/incident-clocks/contract';
import { INCIDENT_COORDINATOR_ENVIRONMENT } from '../../lambda/incident-coordinator/contract';
import { JWKS_REFRESHER_ENVIRONMENT } from '../../lambda/jwks-refresher/contract';
import { KEY_ROTATION_ENVIRONMENT } from '../../lambda/key-rotation/contract';
import { MIGRATE_ENVIRONMENT } from '../../lambda/migrate/contract';
import { RECORDS_ENVIRONMENT } from '../../lambda/records/contract';
import { SESSION_REVOKER_ENVIRONMENT } from '../../lambda/session-revoker/contract';
import { TRAIL_GUARDIAN_ENVIRONMENT } from '../../lambda/trail-guardian/contract';
import { ACCEPTED_FINDINGS_METADATA } from '../../lib/shared/accept-finding';
import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';
import { identityOf } from '../support/identities';
import type { Resource } from '../support/landscape';
import { decide } from '../support/policy';
import { isIsolated } from '../support/routes';

/** A function, as the tests read it. */
interface LambdaFunction {
  readonly Architectures?: readonly string[];
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  readonly Handler?: string;
  readonly Role: string;
  readonly Runtime?: string;
  readonly VpcConfig?: { readonly SubnetIds?: readonly string[]; readonly SecurityGroupIds?: readonly string[] };
}

interface Permission {
  readonly Action: string;
  readonly FunctionName: string;
  readonly FunctionUrlAuthType?: string;
  readonly Principal: string;
  readonly SourceAccount?: string;
  readonly SourceArn?: string;
}

const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';

/** Every function by the beginning of its logical id, with the variables that its handler reads. */
const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  RecordsApi: RECORDS_ENVIRONMENT,
  ClocksFunction: INCIDENT_CLOCKS_ENVIRONMENT,
  CoordinationCoordinator: INCIDENT_COORDINATOR_ENVIRONMENT,
  TokenKeysRefresher: JWKS_REFRESHER_ENVIRONMENT,
  MigrationsMigrate: MIGRATE_ENVIRONMENT,
  AdministrationAdminister: ADMINISTER_ENVIRONMENT,
  AuditExporter: AUDIT_EXPORTER_ENVIRONMENT,
  KeyRotationRotate: KEY_ROTATION_ENVIRONMENT,
  RecordsCloseDefaultGroup: [],
  SessionRevokerRevoke: SESSION_REVOKER_ENVIRONMENT,
  SignalsCount: AUDIT_SIGNALS_ENVIRONMENT,
  GuardianFunction: TRAIL_GUARDIAN_ENVIRONMENT,
};

/** Literal values that are none of a name, an address or a number: long runs of random characters, and well-known forms. */
const SECRET_LIKE = [/AKIA[0-9A-Z]{16}/, /-----BEGIN/, /^eyJ/, /^[A-Za-z0-9+/=_-]{32,}$/, /:\/\/[^/]*:[^/]*@/];

const runsOnTheLatest: Claim = (land) =>
  judge('functions', land.of<LambdaFunction>(FUNCTION), ({ properties }) => [
    unlike('runtime', properties.Runtime, 'nodejs24.x'),
    unlike('architecture', properties.Architectures, ['arm64']),
    unlike('handler', properties.Handler, 'index.handler'),
  ]);

/** Policies name roles without running under them, and so do the patterns of rules. */
const POLICIES = ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy', 'AWS::EC2::VPCEndpoint'];

const hasARoleOfItsOwn: Claim = (land) => {
  const users = land.all.filter(({ type }) => !POLICIES.includes(type));
  return judge('functions', land.of<LambdaFunction>(FUNCTION), (subject) => {
    const { Role: arn } = subject.properties;
    const sharing = users.filter(
      ({ name, properties }) => name !== subject.name && JSON.stringify({ ...properties, EventPattern: undefined }).includes(JSON.stringify(arn)),
    );
    const { role, statements } = identityOf(land, arn);
    const trust = role.properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
    const assumable = (service: string) => decide(trust, { by: { service }, action: 'sts:AssumeRole', resource: '*' }) === 'allowed';
    return [
      ...sharing.map(({ name }) => `shares its role with ${name}`),
      statements.length === 0 && 'has a role without permissions',
      !assumable('lambda.amazonaws.com') && 'has a role that Lambda cannot assume',
      assumable('ec2.amazonaws.com') && 'has a role that others can assume',
      role.properties.ManagedPolicyArns !== undefined && 'brings a policy of AWS along, which allows more than it calls',
    ];
  });
};

/** Lambda tries the role when the function is made, so its policy must be there. */
const roleIsComplete: Claim = (land) =>
  judge('functions', land.of<LambdaFunction>(FUNCTION), (subject) => {
    const ref = land.refOf(identityOf(land, subject.properties.Role).role);
    const policies = land
      .of<{ Roles?: readonly string[] }>('AWS::IAM::ManagedPolicy')
      .filter(({ properties }) => properties.Roles?.includes(ref));
    return policies.map(({ logicalId, name }) => !subject.dependsOn.includes(logicalId) && `does not wait for ${name}`);
  });

const isIsolatedOrAccepted: Claim = (land) =>
  judge('functions', land.of<LambdaFunction>(FUNCTION), (subject) => {
    const { SubnetIds = [], SecurityGroupIds = [] } = subject.properties.VpcConfig ?? {};
    if (SubnetIds.length === 0) return [!acceptedReason(subject) && 'is outside the VPC without an accepted reason'];
    return [
      SecurityGroupIds.length !== 1 && `is in ${SecurityGroupIds.length} security groups`,
      ...SubnetIds.map((subnet) => !isIsolated(land, subnet) && `stands in ${subnet}, which has a way out of the VPC`),
    ];
  });

function acceptedReason({ metadata }: Resource<unknown>): string | undefined {
  const accepted = (metadata[ACCEPTED_FINDINGS_METADATA] ?? []) as readonly { readonly rule: string; readonly because: string }[];
  return accepted.find(({ rule }) => rule === 'LambdaInsideVPC')?.because;
}

const readsWhatItsContractLists: Claim = (land) =>
  judge('functions', land.of<LambdaFunction>(FUNCTION), ({ logicalId, properties }) => {
    const [, contract] = Object.entries(CONTRACTS).find(([prefix]) => logicalId.startsWith(prefix)) ?? [];
    if (!contract) return ['has no contract in this test'];
    const variables = Object.entries(properties.Environment?.Variables ?? {});
    return [
      unlike('its environment', variables.map(([name]) => name).sort(), [...contract].sort()),
      ...variables.map(([name, value]) => (typeof value !== 'string' || value === '') && `${name} is ${JSON.stringify(value)}`),
      ...variables.map(([name]) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name) && `${name} is a name that Lambda refuses`),
    ];
  });

const holdsNoSecret: Claim = (land) =>
  judge('functions', land.of<LambdaFunction>(FUNCTION), ({ properties }) =>
    Object.entries(properties.Environment?.Variables ?? {}).map(
      ([name, value]) =>
        typeof value === 'string' && !value.includes('${') && SECRET_LIKE.some((form) => form.test(value)) && `${name} looks like a secret`,
    ),
  );

const isInvokedByNamedCallers: Claim = (land) => [
  ...judge('permissions', land.of<Permission>(PERMISSION), ({ properties }) => {
    const { Action, Principal, SourceAccount, SourceArn, FunctionUrlAuthType } = properties;
    return [
      unlike('action', Action, 'lambda:InvokeFunction'),
      !/^[a-z]+\.amazonaws\.com$/.test(Principal) && `allows ${Principal}`,
      SourceArn === undefined && 'names no source',
      SourceArn?.includes('*') && SourceAccount !== land.account && 'names a pattern of sources without their account',
      !SourceArn?.includes(`:${land.account}:`) && 'names a source outside the account',
      FunctionUrlAuthType !== undefined && 'opens a function URL',
    ];
  }),
  ...land.all
    .filter(({ type }) => ['AWS::Lambda::Url', 'AWS::Lambda::LayerVersion'].includes(type))
    .map(({ name, type }) => `${name}: is a ${type}, which nothing here needs`),
];

describe('every function', () => {
  holds('runs Node.js 24 on arm64', runsOnTheLatest);
  holds('has a role that nothing else uses and that only Lambda assumes', hasARoleOfItsOwn);
  holds('waits for the policy of its role', roleIsComplete);
  holds('stands in isolated subnets, or outside the VPC for an accepted reason', isIsolatedOrAccepted);
  holds('is given exactly the variables of its contract', readsWhatItsContractLists);
  holds('is given no secret', holdsNoSecret);
  holds('is invoked by services of this account alone, through permissions that name the source', isInvokedByNamedCallers);

  notices(
    'an old runtime',
    runsOnTheLatest,
    (draft) => draft.set(FUNCTION, 'RecordsApi', ['Runtime'], 'nodejs20.x'),
    /^Api\/RecordsApi\w+: runtime/,
  );
  notices(
    'two functions under one role',
    hasARoleOfItsOwn,
    (draft) =>
      draft.edit<{ Role: unknown }>(FUNCTION, 'TokenKeysRefresher', (properties) => {
        properties.Role = { 'Fn::GetAtt': [draft.id('AWS::IAM::Role', 'RecordsApiExecutionRole'), 'Arn'] };
      }),
    /shares its role with/,
  );
  notices(
    'a rule that sends under the role of a function',
    hasARoleOfItsOwn,
    (draft) => {
      const role = { 'Fn::GetAtt': [draft.id('AWS::IAM::Role', 'RecordsApiExecutionRole'), 'Arn'] };
      draft.set('AWS::Events::Rule', 'TokenKeysSchedule', ['Targets', 0, 'RoleArn'], role);
    },
    /^Api\/RecordsApi\w+: shares its role with .*TokenKeysSchedule/,
  );
  notices(
    'a data function outside the VPC',
    isIsolatedOrAccepted,
    (draft) => draft.unset(FUNCTION, 'MigrationsMigrate', ['VpcConfig']),
    /^Data\/MigrationsMigrate\w+: is outside the VPC/,
  );
  notices(
    'an isolated subnet that got a way out',
    isIsolatedOrAccepted,
    (draft) =>
      draft.add('Network', 'Leak', 'AWS::EC2::Route', {
        DestinationCidrBlock: '198.51.100.0/24',
        GatewayId: { Ref: draft.id('AWS::EC2::InternetGateway', 'Records') },
        RouteTableId: { Ref: draft.id('AWS::EC2::RouteTable', 'RecordsVpcApplicationSubnet1') },
      }),
    /^Api\/RecordsApi\w+: stands in .*ApplicationSubnet1/,
  );
  notices(
    'a variable that no contract lists',
    readsWhatItsContractLists,
    (draft) => draft.set(FUNCTION, 'RecordsApi', ['Environment', 'Variables', 'DEBUG'], '1'),
    /its environment is/,
  );
  notices(
    'a variable that was forgotten',
    readsWhatItsContractLists,
    (draft) => draft.unset(FUNCTION, 'MigrationsMigrate', ['Environment', 'Variables', 'DATABASE_HOST']),
    /its environment is/,
  );
  notices(
    'a secret in the environment',
    holdsNoSecret,
    (draft) => draft.set(FUNCTION, 'RecordsApi', ['Environment', 'Variables', 'DATABASE_NAME'], 'q8Vw3nZr5tYk1mPx7dLs9fGh2jBc4aUe'),
    /DATABASE_NAME looks like a secret/,
  );
  notices(
    'a permission for every target group of every account',
    isInvokedByNamedCallers,
    (draft) => draft.unset(PERMISSION, 'RecordsApi', ['SourceArn']),
    /^Api\/RecordsApi\w+: names no source/,
  );
  notices(
    'a public permission',
    isInvokedByNamedCallers,
    (draft) => draft.set(PERMISSION, 'TokenKeysScheduleAllow', ['Principal'], '*'),
    /allows \*/,
  );
});
