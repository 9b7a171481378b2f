import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** A custom resource hands its properties, and the outcome of the deploy, to whatever its token names: 164.312(a)(1). */
export const deployWorkIsOurs: Check = {
  id: 'strength/deploy-work-is-ours',
  claim: 'every custom resource is served by a function of these templates, and names by a digest what is to be done to a database',
  citations: ['164.312(a)(1)', '164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      environment.all.filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'),
      '164.312(a)(1)',
      (resource) => faultsOf(environment, resource),
      'the templates hold no custom resource',
    ),
};

function faultsOf(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  const token = valueAt(resource, 'ServiceToken');
  const work = environment.at(token, 'AWS::Lambda::Function');
  // Without the digest of what is to be done, CloudFormation sees no change, and does nothing.
  const digests = Object.entries(resource.properties).filter(([name]) => name.endsWith('Sha256'));
  const wrong = digests.filter(([, value]) => !(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)));
  return [
    ...(work ? [] : [{ property: 'ServiceToken', value: token, expected: 'a function of these templates' }]),
    ...wrong.map(([property, value]): Fault => ({ property, value, expected: '64 hexadecimal digits' })),
    ...(work && isMaster(work) && digests.length === 0
      ? [{ property: '*Sha256', value: undefined, expected: 'a digest of what is done as the master of a database, so that a change is done' }]
      : []),
  ];
}

/** Whether a function is told where the login of a database’s master is: who has it changes the schema. */
function isMaster(work: Resource): boolean {
  const variables = valueAt(work, 'Environment.Variables');
  return Object.values(isJson(variables) ? variables : {}).some(
    (value) => typeof value === 'string' && value.endsWith('.MasterUserSecret.SecretArn}'),
  );
}
