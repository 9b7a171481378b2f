import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { textsAt } from '../../model/read';

/** Types of which AWS keeps one for each resource, and where each names the resource. */
const POLICIES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SNS::TopicPolicy': 'Topics',
  'AWS::SQS::QueuePolicy': 'Queues',
};

/** Of two policies for one resource AWS keeps the one that is deployed later, and says nothing of the other. */
export const policiesStandAlone: Check = {
  id: 'strength/policies-stand-alone',
  claim: 'no bucket, topic or queue has two policies, of which only one would stand',
  citations: ['164.312(a)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, Object.keys(POLICIES), '164.312(a)(1)', (policy) => {
      const property = POLICIES[policy.type] ?? '';
      const others = environment.of(policy.type).filter((other) => other !== policy);
      return textsAt(policy, property)
        .filter((target) => others.some((other) => textsAt(other, property).includes(target)))
        .map((value) => ({ property, value, expected: 'a resource without another policy' }));
    }),
};
