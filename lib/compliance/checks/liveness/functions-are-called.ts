import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { writtenOf } from '../../model/read';
import { unknownIn } from '../../model/unknown';
import { CannotTell } from '../../verdict';

/** Types that speak of a function without ever calling it. */
const SILENT = /^AWS::(?:Lambda|IAM|CloudWatch|Logs|KMS|EC2)::/;

/** Functions by ARN, within whatever else a text says; a generated name is a marker. */
const FUNCTION_ARN = /arn:aws:lambda:[a-z0-9-]*:\d*:function:(?:\$\{[\w.-]+\}|[\w-]+)/g;

/** Work that nothing starts is not done: the schema stays as it was, the audit where it is. */
export const functionsAreCalled: Check = {
  id: 'liveness/functions-are-called',
  claim: 'something in the templates calls every function: a load balancer, a rule, a deploy, or another service',
  citations: ['164.308(a)(8)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Function'], '164.308(a)(8)', (each) =>
      isCalled(environment, each) ? [] : [{ property: 'Type', value: 'nothing calls it', expected: 'a caller in these templates' }],
    ),
};

function isCalled(environment: EnvironmentModel, each: Resource): boolean {
  const caller = callersOf(environment).get(environment.arnOf(each));
  const unknown = caller && unknownIn(caller.properties);
  if (unknown !== undefined) throw new CannotTell(`${caller?.name}: ${unknown}`);
  return caller !== undefined;
}

/** The first that names each function. */
const callersOf = once((environment: EnvironmentModel): ReadonlyMap<string, Resource> => {
  const callers = new Map<string, Resource>();
  for (const other of environment.all)
    if (!SILENT.test(other.type))
      for (const [arn] of writtenOf(other).matchAll(FUNCTION_ARN)) if (!callers.has(arn)) callers.set(arn, other);
  return callers;
});
