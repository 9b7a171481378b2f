import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';
import { identityOf } from '../../policy/identities';
import { expectOwnKeyAtAll } from '../storage/own-keys';

/** Runtimes that AWS supports and will for a year from November 2026. */
const RUNTIMES: readonly string[] = ['nodejs22.x', 'nodejs24.x', 'python3.12', 'python3.13', 'python3.14', 'java21', 'java25', 'provided.al2023', 'dotnet10'];

/** A function that handles PHI has no way out but the network's, and no function shares a role, a log or a readable environment. */
export const functionsAreContained: Check = {
  id: 'strength/functions-are-contained',
  claim: 'every function runs on a supported runtime, under a role of its own, with its environment and log under customer keys; one that handles PHI in the network',
  citations: ['164.312(a)(1)', '164.312(a)(2)(iv)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Lambda::Function'], '164.312(a)(1)', (each) => faultsOf(environment, each)),
};

function faultsOf(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const runtime = textAt(each, 'Runtime') ?? '';
  const role = identityOf(environment, valueAt(each, 'Role'));
  const sharing = environment.of('AWS::Lambda::Function').filter((other) => other !== each && valueAt(other, 'Role') === valueAt(each, 'Role'));
  const log = environment.at(textAt(each, 'LoggingConfig.LogGroup'), 'AWS::Logs::LogGroup');
  return [
    ...(RUNTIMES.includes(runtime) ? [] : [{ property: 'Runtime', value: runtime, expected: `one of ${RUNTIMES.join(', ')}` }]),
    ...(role && sharing.length === 0 ? [] : [{ property: 'Role', value: valueAt(each, 'Role'), expected: 'a role of these templates that no other function has' }]),
    ...(log ? [] : [{ property: 'LoggingConfig.LogGroup', value: textAt(each, 'LoggingConfig.LogGroup'), expected: 'a log group of these templates' }]),
    ...(valueAt(each, 'Environment') === undefined ? [] : expectOwnKeyAtAll(environment, each, 'KmsKeyArn')),
    ...(dataClassOf(each) === 'phi' ? inNetwork(environment, each) : []),
    ...hasDeadLetters(environment, each),
  ];
}

function inNetwork(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const isIn = (property: string, type: string): boolean => {
    const ids = textsAt(each, property);
    return ids.length > 0 && ids.every((id) => environment.at(id, type) !== undefined);
  };
  return [
    ...(isIn('VpcConfig.SubnetIds', 'AWS::EC2::Subnet') ? [] : [{ property: 'VpcConfig.SubnetIds', value: valueAt(each, 'VpcConfig'), expected: 'subnets of these templates' }]),
    ...(isIn('VpcConfig.SecurityGroupIds', 'AWS::EC2::SecurityGroup')
      ? []
      : [{ property: 'VpcConfig.SecurityGroupIds', value: valueAt(each, 'VpcConfig'), expected: 'groups of these templates' }]),
  ];
}

/** What a schedule or event starts, nobody waits for: what fails has to be kept. */
function hasDeadLetters(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const isStarted = environment.of('AWS::Events::Rule').some((rule) => recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn) === each));
  if (!isStarted) return [];
  const queue = environment.at(textAt(each, 'DeadLetterConfig.TargetArn'), 'AWS::SQS::Queue');
  return queue ? [] : [{ property: 'DeadLetterConfig.TargetArn', value: textAt(each, 'DeadLetterConfig.TargetArn'), expected: 'a queue of these templates' }];
}
