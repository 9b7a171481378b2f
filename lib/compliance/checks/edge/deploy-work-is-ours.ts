import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';

/** A custom resource hands its properties, and the outcome of the deploy, to whatever its token names: 164.312(a)(1). */
export const deployWorkIsOurs: Check = {
  id: 'strength/deploy-work-is-ours',
  claim: 'every custom resource is served by a function of these templates, and what it names by a digest is a digest',
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
  // Without the digest of what is to be done, CloudFormation sees no change, and does nothing.
  const digests = Object.entries(resource.properties).filter(
    ([name, value]) => name.endsWith('Sha256') && !(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)),
  );
  return [
    ...(environment.at(token, 'AWS::Lambda::Function')
      ? []
      : [{ property: 'ServiceToken', value: token, expected: 'a function of these templates' }]),
    ...digests.map(([property, value]): Fault => ({ property, value, expected: '64 hexadecimal digits' })),
  ];
}
