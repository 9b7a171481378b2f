import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { isStartedBy } from '../liveness/catching';
import { guardiansOf } from './working-functions';

type Json = Readonly<Record<string, unknown>>;

/** A trail that was stopped is started again at once, and not after the next schedule, which whoever stopped it can wait for. */
export const changesStartVerification: Check = {
  id: 'presence/changes-start-verification',
  claim: 'what verifies the trail starts at once when the trail, the policy of its bucket or its key is changed',
  citations: ['164.312(b)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      guardiansOf(environment),
      '164.308(a)(6)(ii)',
      (guardian) =>
        environment
          .of('AWS::CloudTrail::Trail')
          .flatMap((trail) => changesOf(environment, trail))
          .filter((event) => !isStartedBy(environment, guardian, event))
          .map((event) => ({ property: 'rule', value: undefined, expected: `a rule that starts it on ${nameOf(event)}` })),
      'the templates hold nothing that verifies a trail',
    ),
};

/** The changes by which a trail, its bucket or its key is disarmed, as EventBridge tells of them. */
function changesOf(environment: EnvironmentModel, trail: Resource): readonly Json[] {
  const bucketName = textAt(trail, 'S3BucketName');
  const key = environment.at(textAt(trail, 'KMSKeyId'), 'AWS::KMS::Key');
  // A caller may name a key by its id or by its ARN.
  const names = key ? [environment.refOf(key), environment.arnOf(key)] : [];
  return [
    ...['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors'].map((name) =>
      recorded('cloudtrail', name, { name: textAt(trail, 'TrailName') }),
    ),
    ...['PutBucketPolicy', 'DeleteBucketPolicy'].map((name) => recorded('s3', name, { bucketName })),
    ...names.flatMap((keyId) => ['PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion'].map((name) => recorded('kms', name, { keyId }))),
  ];
}

function recorded(service: string, eventName: string, requestParameters: Json): Json {
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventSource: `${service}.amazonaws.com`, eventName, requestParameters },
  };
}

function nameOf({ detail }: Json): string {
  return String((detail as Json)['eventName']);
}
