import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { listAt, recordsAt, valueAt } from '../../model/read';
import { policiesByTie } from '../../policy/identities';

/** Characters that a policy may have, without white space, by type and property, before AWS raises any quota. */
const MOST: Readonly<Record<string, readonly [property: string, characters: number]>> = {
  'AWS::KMS::Key': ['KeyPolicy', 32_768],
  'AWS::S3::BucketPolicy': ['PolicyDocument', 20_480],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument', 6_144],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument', 2_048],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument', 20_480],
  'AWS::SecretsManager::ResourcePolicy': ['ResourcePolicy', 20_480],
  'AWS::SNS::TopicPolicy': ['PolicyDocument', 30_720],
  'AWS::SQS::QueuePolicy': ['PolicyDocument', 8_192],
  'AWS::Logs::ResourcePolicy': ['PolicyDocument', 5_120],
};

/** Of all inline policies of a role together. */
const MOST_INLINE = 10_240;

const MOST_MANAGED = 10;

/** Statements in the policy of a queue. */
const MOST_QUEUE_STATEMENTS = 20;

/** Policies of CloudWatch Logs in one account and Region. */
const MOST_LOG_POLICIES = 10;

/** A policy that is too long is refused, after everything before it has been made. */
export const policiesFitTheirLimits: Check = {
  id: 'deploy/policies-fit-their-limits',
  claim: 'no policy is longer, and no role or Region has more of them, than AWS takes',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const policies = environment.all.filter(({ type }) => Object.hasOwn(MOST, type));
    return judgeEach([...policies, ...environment.of('AWS::IAM::Policy')], '164.308(a)(8)', (each) => [
      ...tooLong(each),
      ...(each.type === 'AWS::IAM::Role' ? faultsOfRole(environment, each) : []),
      ...(each.type === 'AWS::Logs::ResourcePolicy' ? tooMany(environment, each) : []),
      ...(each.type === 'AWS::SQS::QueuePolicy' ? tooManyStatements(each) : []),
    ]);
  },
};

function tooLong(each: Resource): readonly Fault[] {
  const [property = '', most = 0] = MOST[each.type] ?? [];
  const length = property === '' ? 0 : lengthOf(valueAt(each, property));
  return length <= most ? [] : [{ property, value: `${length} characters`, expected: `at most ${most}` }];
}

function faultsOfRole(environment: EnvironmentModel, role: Resource): readonly Fault[] {
  const apart = policiesByTie(environment).get(environment.refOf(role)) ?? [];
  const separate = apart.filter(({ type }) => type === 'AWS::IAM::Policy');
  const attached = apart.filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
  const managed = listAt(role, 'ManagedPolicyArns').length + attached.length;
  const inline = [
    ...recordsAt(role, 'Policies').map(({ PolicyDocument }) => PolicyDocument),
    ...separate.map((policy) => valueAt(policy, 'PolicyDocument')),
  ];
  const length = inline.reduce<number>((sum, document) => sum + lengthOf(document), 0);
  return [
    ...(managed <= MOST_MANAGED ? [] : [{ property: 'ManagedPolicyArns', value: managed, expected: `at most ${MOST_MANAGED}` }]),
    ...(length <= MOST_INLINE ? [] : [{ property: 'Policies', value: `${length} characters`, expected: `at most ${MOST_INLINE}` }]),
  ];
}

function tooMany(environment: EnvironmentModel, policy: Resource): readonly Fault[] {
  const beside = environment.of('AWS::Logs::ResourcePolicy').filter(({ region }) => region === policy.region).length;
  return beside <= MOST_LOG_POLICIES
    ? []
    : [{ property: 'Type', value: `${beside} in ${policy.region}`, expected: `at most ${MOST_LOG_POLICIES}` }];
}

function tooManyStatements(policy: Resource): readonly Fault[] {
  const count = listAt(policy, 'PolicyDocument.Statement').length;
  return count <= MOST_QUEUE_STATEMENTS
    ? []
    : [{ property: 'PolicyDocument', value: `${count} statements`, expected: `at most ${MOST_QUEUE_STATEMENTS}` }];
}

function lengthOf(document: unknown): number {
  return document === undefined ? 0 : JSON.stringify(document).length;
}
