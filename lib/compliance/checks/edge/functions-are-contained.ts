import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { bucketKindOf, dataClassOf, tellsDataClasses } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, recordsAt, textAt, textsAt, valueAt } from '../../model/read';
import { identityOf } from '../../policy/identities';
import { expectOwnKeyAtAll } from '../storage/own-keys';

/** Runtimes that AWS supports and will for a year from November 2026. */
const RUNTIMES: readonly string[] = [
  'nodejs22.x',
  'nodejs24.x',
  'python3.12',
  'python3.13',
  'python3.14',
  'java21',
  'java25',
  'provided.al2023',
  'dotnet10',
];

const CLASSES: readonly string[] = ['phi', 'audit', 'operational', 'none'];

/** Levels at which a function still says what it did. */
const LEVELS: readonly (string | undefined)[] = ['TRACE', 'DEBUG', 'INFO', undefined];

/** A function that handles PHI or audit has no way out but the network's, and none shares a role, a log or a readable environment. */
export const functionsAreContained: Check = {
  id: 'strength/functions-are-contained',
  claim:
    'every function runs on a supported runtime, under a role of its own, with its environment and log under customer keys; one that ' +
    'handles PHI or audit in the network',
  citations: ['164.312(a)(1)', '164.312(a)(2)(iv)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Lambda::Function'], '164.312(a)(1)', (each) => faultsOf(environment, each)),
};

function faultsOf(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const runtime = textAt(each, 'Runtime') ?? '';
  const role = identityOf(environment, valueAt(each, 'Role'));
  const sharing = environment
    .of('AWS::Lambda::Function')
    .filter((other) => other !== each && valueAt(other, 'Role') === valueAt(each, 'Role'));
  const log = environment.at(textAt(each, 'LoggingConfig.LogGroup'), 'AWS::Logs::LogGroup');
  return [
    ...(RUNTIMES.includes(runtime) ? [] : [{ property: 'Runtime', value: runtime, expected: `one of ${RUNTIMES.join(', ')}` }]),
    ...(role && sharing.length === 0
      ? []
      : [{ property: 'Role', value: valueAt(each, 'Role'), expected: 'a role of these templates that no other function has' }]),
    ...(log
      ? []
      : [
          { property: 'LoggingConfig.LogGroup', value: textAt(each, 'LoggingConfig.LogGroup'), expected: 'a log group of these templates' },
        ]),
    ...(valueAt(each, 'Environment') === undefined ? [] : expectOwnKeyAtAll(environment, each, 'KmsKeyArn')),
    ...classFaults(environment, each),
    ...hasDeadLetters(environment, each),
    ...['LoggingConfig.ApplicationLogLevel', 'LoggingConfig.SystemLogLevel'].flatMap((property) =>
      LEVELS.includes(textAt(each, property)) ? [] : [{ property, value: textAt(each, property), expected: 'INFO or finer' }],
    ),
    ...(numberAt(each, 'ReservedConcurrentExecutions') === 0
      ? [{ property: 'ReservedConcurrentExecutions', value: 0, expected: 'absent, or enough to run at all' }]
      : []),
  ];
}

/**
 * The class is read from the tag, and doubted where the role reaches PHI or the database: a wrong tag must not open the network. Where no
 * resource at all carries the tag, what the role reaches decides alone.
 */
function classFaults(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const tells = tellsDataClasses(environment);
  const dataClass = dataClassOf(each) ?? 'absent';
  const reached = (identityOf(environment, valueAt(each, 'Role'))?.statements ?? [])
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ resources }) => resources)
    .filter((arn) => /:dbuser:/.test(arn) || isPhi(environment, environment.at(arn)));
  const isHandling = tells && !['operational', 'none'].includes(dataClass);
  return [
    ...(!tells || CLASSES.includes(dataClass)
      ? []
      : [{ property: 'Tags DataClass', value: dataClass, expected: `one of ${CLASSES.join(', ')}` }]),
    ...(tells && !isHandling && reached.length > 0
      ? [{ property: 'Tags DataClass', value: `${dataClass}, and its role reaches ${reached[0]}`, expected: 'phi or audit' }]
      : []),
    ...(isHandling || reached.length > 0 ? inNetwork(environment, each) : []),
  ];
}

function isPhi(environment: EnvironmentModel, resource: Resource | undefined): boolean {
  if (resource?.type === 'AWS::S3::Bucket') return bucketKindOf(environment, resource) === 'phi';
  return resource !== undefined && dataClassOf(resource) === 'phi';
}

function inNetwork(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const isIn = (property: string, type: string): boolean => {
    const ids = textsAt(each, property);
    return ids.length > 0 && ids.every((id) => environment.at(id, type) !== undefined);
  };
  return [
    ...(isIn('VpcConfig.SubnetIds', 'AWS::EC2::Subnet')
      ? []
      : [{ property: 'VpcConfig.SubnetIds', value: valueAt(each, 'VpcConfig'), expected: 'subnets of these templates' }]),
    ...(isIn('VpcConfig.SecurityGroupIds', 'AWS::EC2::SecurityGroup')
      ? []
      : [{ property: 'VpcConfig.SecurityGroupIds', value: valueAt(each, 'VpcConfig'), expected: 'groups of these templates' }]),
  ];
}

/** What a schedule or event starts, nobody waits for: what fails has to be kept. */
function hasDeadLetters(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const isStarted = environment
    .of('AWS::Events::Rule')
    .some((rule) => recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn) === each));
  if (!isStarted) return [];
  const queue = environment.at(textAt(each, 'DeadLetterConfig.TargetArn'), 'AWS::SQS::Queue');
  return queue
    ? []
    : [
        {
          property: 'DeadLetterConfig.TargetArn',
          value: textAt(each, 'DeadLetterConfig.TargetArn'),
          expected: 'a queue of these templates',
        },
      ];
}
