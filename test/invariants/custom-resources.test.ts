import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';
import { identityOf } from '../support/identities';
import type { Landscape, Resource } from '../support/landscape';

interface CustomResource {
  readonly ServiceTimeout?: string | number;
  readonly ServiceToken: string;
}

interface LambdaFunction {
  readonly Role: string;
  readonly Timeout: number;
  readonly VpcConfig?: { readonly SecurityGroupIds: readonly string[] };
}

const FUNCTION = 'AWS::Lambda::Function';
/** What works on the schema, and so comes after it. */
const AFTER_MIGRATIONS = ['Custom::AuditSettings', 'Custom::DataKeys'];

function customResources(land: Landscape): readonly Resource<CustomResource>[] {
  return land.all.filter(({ type }) => type.startsWith('Custom::')) as unknown as readonly Resource<CustomResource>[];
}

const serviceOf = (land: Landscape, { properties }: Resource<CustomResource>) => land.at<LambdaFunction>(properties.ServiceToken, FUNCTION);

/** CloudFormation would otherwise give up while the function still works, and roll back under it. */
const outlastsItsFunction: Claim = (land) =>
  judge('custom resources', customResources(land), (resource) => {
    const timeout = serviceOf(land, resource)?.properties.Timeout;
    return [
      timeout === undefined && 'is served by no function of the templates',
      timeout !== undefined &&
        !(Number(resource.properties.ServiceTimeout) > timeout) &&
        `waits ${resource.properties.ServiceTimeout} s for a function of ${timeout} s`,
    ];
  });

/** CloudFormation asks as soon as the function exists, and what the role may not do yet fails the deploy. */
const waitsForPermissions: Claim = (land) =>
  judge('custom resources', customResources(land), (resource) => {
    const service = serviceOf(land, resource);
    const role = service && land.refOf(identityOf(land, service.properties.Role).role);
    const policies = land
      .of<{ Roles?: readonly string[] }>('AWS::IAM::ManagedPolicy')
      .filter(({ properties }) => role !== undefined && properties.Roles?.includes(role));
    return [
      policies.length === 0 && 'is served by a function without permissions',
      ...policies.map(({ logicalId }) => !resource.dependsOn.includes(logicalId) && `does not wait for ${logicalId}`),
    ];
  });

/** From isolated subnets the answer leaves through the S3 gateway alone: without the rule a deploy hangs until its time is up. */
const canBeAnswered: Claim = (land) =>
  judge('custom resources', customResources(land), (resource) =>
    (serviceOf(land, resource)?.properties.VpcConfig?.SecurityGroupIds ?? []).map(
      (group) =>
        !land
          .of<{ GroupId: string; DestinationPrefixListId?: string; FromPort?: number }>('AWS::EC2::SecurityGroupEgress')
          .some(
            ({ properties }) =>
              properties.GroupId === group &&
              properties.DestinationPrefixListId === land.config.network.s3PrefixListId &&
              properties.FromPort === 443,
          ) && 'cannot be answered: its function has no way to S3',
    ),
  );

const schemaComesFirst: Claim = (land) => {
  const migrations = land.one('Custom::SchemaMigrations').logicalId;
  return AFTER_MIGRATIONS.flatMap((type) =>
    judge(type, land.of(type), ({ dependsOn }) => [!dependsOn.includes(migrations) && 'does not wait for the migrations']),
  );
};

const areKnown: Claim = (land) => {
  const fault = unlike(
    'the custom resources',
    [...new Set(customResources(land).map(({ type }) => type))].sort(),
    [...AFTER_MIGRATIONS, 'Custom::SchemaMigrations', 'Custom::TokenKeys', 'Custom::VpcRestrictDefaultSG'].sort(),
  );
  return fault === undefined ? [] : [fault];
};

describe('every custom resource', () => {
  holds('is known here', areKnown);
  holds('waits longer than its function may run', outlastsItsFunction);
  holds('waits for the permissions of its function', waitsForPermissions);
  holds('can be answered from where its function stands', canBeAnswered);
  holds('that works on the schema comes after the migrations', schemaComesFirst);

  notices(
    'a deploy that gives up before its function',
    outlastsItsFunction,
    (draft) => draft.set('Custom::DataKeys', '', ['ServiceTimeout'], '600'),
    /^Data\/KeyRotationFirstKeys\w+: waits 600 s for a function of 900 s/,
  );
  notices(
    'a first call without permissions',
    waitsForPermissions,
    (draft) => draft.amend('Custom::TokenKeys', '', { DependsOn: [] }),
    /^Api\/TokenKeysRefreshed\w+: does not wait for TokenKeysRefresherExecutionPolicy/,
  );
  notices(
    'an answer that cannot leave',
    canBeAnswered,
    (draft) => draft.remove('AWS::EC2::SecurityGroupEgress', 'GroupsAdministrationtopl'),
    /^Data\/AdministrationAuditSettings\w+: cannot be answered/,
  );
  notices(
    'data keys before their table',
    schemaComesFirst,
    (draft) => draft.amend('Custom::DataKeys', '', { DependsOn: ['KeyRotationRotateFunction'] }),
    /^Data\/KeyRotationFirstKeys\w+: does not wait for the migrations/,
  );
});
