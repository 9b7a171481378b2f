import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';

/** What stands in a template is judged as it stands: a macro or a condition could make something else of it at the deploy. */
export const templatesAreWhatIsDeployed: Check = {
  id: 'deploy/templates-are-what-is-deployed',
  claim: 'no macro rewrites a template, and no condition decides whether a resource is there',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(environment.all, '164.308(a)(8)', (resource) => [...conditional(resource), ...rewritten(environment, resource)]),
};

function conditional({ condition }: Resource): readonly Fault[] {
  return condition === undefined
    ? []
    : [{ property: 'Condition', value: condition, expected: 'absent: whether it is there, only a deploy knows' }];
}

/** Said once for each template, at its first resource. */
function rewritten(environment: EnvironmentModel, { stack, logicalId }: Resource): readonly Fault[] {
  const template = environment.stacks.find((each) => each.stack === stack)?.template;
  const [first] = template?.resources.keys() ?? [];
  const transforms = first === logicalId ? (template?.transforms ?? []) : [];
  return transforms.map((value) => ({ property: 'Transform', value, expected: 'absent: give the template that it makes' }));
}
