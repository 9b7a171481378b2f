import type { EnvironmentModel, Resource } from '../model/environment';
import { once } from '../model/once';
import { textsAt, valueAt } from '../model/read';
import { statementsOf, type Statement } from './statement';

/** A policy that stands at a resource, with the resource it guards. */
export interface ResourcePolicy {
  /** The resource that the policy is written in, which findings name. */
  readonly at: Resource;
  /** Path of the document within it. */
  readonly property: string;
  /** What it guards; the same resource, or the one that a policy resource points at. */
  readonly guards: Resource | undefined;
  readonly statements: readonly Statement[];
}

/** Whether a type's policies are read here. */
export function isReadHere(type: string): boolean {
  return Object.hasOwn(OWN, type) || Object.hasOwn(POINTING, type);
}

/** Types whose own property is a policy. */
const OWN: Readonly<Record<string, string>> = {
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::KMS::ReplicaKey': 'KeyPolicy',
  'AWS::Backup::BackupVault': 'AccessPolicy',
  'AWS::Logs::LogGroup': 'ResourcePolicyDocument',
  'AWS::EC2::VPCEndpoint': 'PolicyDocument',
  'AWS::Logs::ResourcePolicy': 'PolicyDocument',
  'AWS::S3::AccessPoint': 'Policy',
  'AWS::EFS::FileSystem': 'FileSystemPolicy',
  'AWS::ECR::Repository': 'RepositoryPolicyText',
  'AWS::DynamoDB::Table': 'ResourcePolicy.PolicyDocument',
  'AWS::OpenSearchService::Domain': 'AccessPolicies',
  'AWS::ApiGateway::RestApi': 'Policy',
};

/** Types that are a policy for what they point at. */
const POINTING: Readonly<Record<string, { readonly document: string; readonly to: string }>> = {
  'AWS::S3::BucketPolicy': { document: 'PolicyDocument', to: 'Bucket' },
  'AWS::SNS::TopicPolicy': { document: 'PolicyDocument', to: 'Topics' },
  'AWS::SQS::QueuePolicy': { document: 'PolicyDocument', to: 'Queues' },
  'AWS::SNS::TopicInlinePolicy': { document: 'PolicyDocument', to: 'TopicArn' },
  'AWS::SQS::QueueInlinePolicy': { document: 'PolicyDocument', to: 'Queue' },
  'AWS::Kinesis::ResourcePolicy': { document: 'ResourcePolicy', to: 'ResourceArn' },
  'AWS::SecretsManager::ResourcePolicy': { document: 'ResourcePolicy', to: 'SecretId' },
};

interface Known {
  readonly all: readonly ResourcePolicy[];
  readonly byGuarded: ReadonlyMap<Resource, readonly Statement[]>;
}

/**
 * Every policy of an environment that stands at a resource: keys, buckets, topics, queues, vaults, log groups, endpoints, secrets. Worked
 * out once for each environment.
 */
export function resourcePoliciesOf(environment: EnvironmentModel): readonly ResourcePolicy[] {
  return knownOf(environment).all;
}

/** The statements that guard one resource, of every policy that does. */
export function policyOf(environment: EnvironmentModel, resource: Resource): readonly Statement[] {
  return knownOf(environment).byGuarded.get(resource) ?? [];
}

const knownOf = once((environment: EnvironmentModel): Known => {
  const all = readAll(environment);
  const byGuarded = new Map<Resource, Statement[]>();
  for (const { guards, statements } of all) if (guards) byGuarded.set(guards, [...(byGuarded.get(guards) ?? []), ...statements]);
  return { all, byGuarded };
});

function readAll(environment: EnvironmentModel): readonly ResourcePolicy[] {
  return environment.all.flatMap((at): ResourcePolicy[] => {
    const own = OWN[at.type];
    if (own !== undefined) return [{ at, property: own, guards: at, statements: statementsOf(at.name, valueAt(at, own)) }];
    const pointing = POINTING[at.type];
    if (!pointing) return [];
    const statements = statementsOf(at.name, valueAt(at, pointing.document));
    const targets = textsAt(at, pointing.to);
    return targets.map((target) => ({ at, property: pointing.document, guards: environment.at(target), statements }));
  });
}
