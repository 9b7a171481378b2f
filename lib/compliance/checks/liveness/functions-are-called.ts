import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { unknownIn } from '../../model/unknown';
import { CannotTell } from '../../verdict';

/** Types that speak of a function without ever calling it. */
const SILENT = /^AWS::(?:Lambda|IAM|CloudWatch|Logs|KMS|EC2)::/;

/** Work that nothing starts is not done: the schema stays as it was, the audit where it is. */
export const functionsAreCalled: Check = {
  id: 'liveness/functions-are-called',
  claim: 'something in the templates calls every function: a load balancer, a rule, a deploy, or another service',
  citations: ['164.308(a)(8)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Function'], '164.308(a)(8)', (each) =>
      environment.all.some((other) => !SILENT.test(other.type) && names(environment, other, each))
        ? []
        : [{ property: 'Type', value: 'nothing calls it', expected: 'a caller in these templates' }],
    ),
};

function names(environment: EnvironmentModel, other: Resource, each: Resource): boolean {
  const isNamed = textOf(other).includes(JSON.stringify(environment.arnOf(each)).slice(1, -1));
  const unknown = isNamed ? undefined : unknownIn(other.properties);
  if (unknown !== undefined) throw new CannotTell(`${other.name}: ${unknown}`);
  return isNamed;
}

const texts = new WeakMap<Resource, string>();

/** Every function is looked for in it. */
function textOf(resource: Resource): string {
  const known = texts.get(resource);
  if (known !== undefined) return known;
  const text = JSON.stringify(resource.properties);
  texts.set(resource, text);
  return text;
}
