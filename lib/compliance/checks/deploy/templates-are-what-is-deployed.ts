import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import type { Finding } from '../../verdict';

const CITATION = '164.308(a)(8)';

/** A safeguard that a deploy may leave out, or a template that a deploy rewrites, is judged by nobody. */
export const templatesAreWhatIsDeployed: Check = {
  id: 'deploy/templates-are-what-is-deployed',
  claim: 'no resource depends on a condition and no macro rewrites a template: what is judged is what is deployed',
  citations: [CITATION],
  severity: 'error',
  evaluate: (environment) => {
    const conditional = environment.all.flatMap((resource) =>
      resource.condition === undefined
        ? []
        : [toFinding(resource, CITATION, { property: 'Condition', value: resource.condition, expected: 'absent' })],
    );
    const rewritten = environment.stacks.flatMap(({ stack, template }) =>
      template.transforms.map((value): Finding => ({
        stack,
        logicalId: '',
        property: 'Transform',
        value,
        expected: 'absent',
        citation: CITATION,
      })),
    );
    return verdictOf(environment.all, [...conditional, ...rewritten]);
  },
};
