import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { StackOfTemplates } from '../../model/resolve';

const MOST_BYTES = 1_048_576;
const MOST_RESOURCES = 500;
const MOST_OUTPUTS = 200;
const MOST_PARAMETERS = 200;

/** Limits of CloudFormation itself. */
export const templatesFitTheirLimits: Check = {
  id: 'deploy/templates-fit-their-limits',
  claim: 'no template has more bytes, resources, outputs or parameters than CloudFormation takes, and every logical id is one',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const stacks = new Map(environment.stacks.map((stack) => [stack.stack, stack]));
    const firstOf = new Set(environment.stacks.flatMap(({ stack }) => environment.all.find((each) => each.stack === stack) ?? []));
    return judgeEach(environment.all, '164.308(a)(8)', (resource) => {
      const stack = firstOf.has(resource) ? stacks.get(resource.stack) : undefined;
      const isId = /^[A-Za-z0-9]{1,255}$/.test(resource.logicalId);
      return [
        ...(stack ? faultsOf(stack) : []),
        ...(isId ? [] : [{ property: 'LogicalId', value: resource.logicalId, expected: 'letters and digits, 255 at most' }]),
      ];
    });
  },
};

function faultsOf({ template }: StackOfTemplates): readonly Fault[] {
  const counted: readonly (readonly [string, number, number])[] = [
    ['bytes of the template', template.bytes, MOST_BYTES],
    ['Resources', template.resources.size, MOST_RESOURCES],
    ['Outputs', template.outputCount, MOST_OUTPUTS],
    ['Parameters', template.parameters.size, MOST_PARAMETERS],
  ];
  return counted
    .filter(([, count, most]) => count > most)
    .map(([property, value, most]) => ({ property, value, expected: `at most ${most}` }));
}
