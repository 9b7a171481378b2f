import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import type { Resource } from '../../model/environment';
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
  evaluate: (environment) => {
    const callers = environment.all.filter(({ type }) => !SILENT.test(type)).map(toCaller);
    return judgeTypes(environment, ['AWS::Lambda::Function'], '164.308(a)(8)', (each) => {
      const arn = JSON.stringify(environment.arnOf(each)).slice(1, -1);
      if (callers.some(({ text }) => text.includes(arn))) return [];
      const unread = callers.find(({ unknown }) => unknown !== undefined);
      if (unread) throw new CannotTell(`${unread.name}: ${unread.unknown}`);
      return [{ property: 'Type', value: 'nothing calls it', expected: 'a caller in these templates' }];
    });
  },
};

interface Caller {
  readonly name: string;
  readonly text: string;
  readonly unknown: string | undefined;
}

function toCaller({ name, properties }: Resource): Caller {
  return { name, text: JSON.stringify(properties), unknown: unknownIn(properties) };
}
