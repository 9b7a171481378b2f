import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { leavesOf } from '../../model/leaves';
import { once } from '../../model/once';
import { CannotTell } from '../../verdict';
import { workersOf } from './queues-are-worked-off';

/** Types that speak of a function without ever calling it. */
const SILENT = /^AWS::(?:Lambda|IAM|CloudWatch|Logs|KMS|EC2)::/;

/** Functions by ARN, within whatever else a text says; a generated name is a marker. */
const FUNCTION_ARN = /arn:aws:lambda:[a-z0-9-]*:\d*:function:(?:\$\{[\w.-]+\}|[\w-]+)/g;

/** Work that nothing starts is not done: the schema stays as it was, the audit where it is. */
export const functionsAreCalled: Check = {
  id: 'liveness/functions-are-called',
  claim: 'something in the templates calls every function: a load balancer, a rule, a queue, a deploy, or another service',
  citations: ['164.308(a)(8)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Function'], '164.308(a)(8)', (each) =>
      isCalled(environment, each) ? [] : [{ property: 'Type', value: 'nothing calls it', expected: 'a caller in these templates' }],
    ),
};

function isCalled(environment: EnvironmentModel, each: Resource): boolean {
  const { called, unreadable } = callsIn(environment);
  if (called.has(environment.arnOf(each)) || workersOf(environment).includes(each)) return true;
  if (unreadable !== undefined) throw new CannotTell(unreadable);
  return false;
}

function functionsIn(text: string): readonly string[] {
  return text.includes(':function:') ? (text.match(FUNCTION_ARN) ?? []) : [];
}

/** The ARNs of functions that something names, and why something else cannot be read. */
const callsIn = once((environment: EnvironmentModel) => {
  const callers = environment.all.filter(({ type }) => !SILENT.test(type));
  const unknown = callers.map((caller) => [caller.name, leavesOf(caller).unknowns[0]?.reason]).find(([, reason]) => reason !== undefined);
  return {
    called: new Set(callers.flatMap((caller) => leavesOf(caller).texts.flatMap(functionsIn))),
    unreadable: unknown?.join(': '),
  };
});
