import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketKindOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt } from '../../model/read';
import { isRecorded } from './event-selectors';

/** An event of an object as selectors see it, and whether it only reads. */
const EVENTS = [
  ['GetObject', 'true'],
  ['PutObject', 'false'],
  ['DeleteObject', 'false'],
] as const;

const CITATION = '164.312(b)';

/** Every touch of an object that matters is in the trail, and what a trail or its logs deliver is not: that would never end. */
export const trailsSeePhi: Check = {
  id: 'liveness/trails-see-phi',
  claim: 'the trail records every call of a function, and every touch of an object but the deliveries of logs about itself',
  citations: [CITATION],
  severity: 'error',
  evaluate: (environment) => {
    const trails = environment.of('AWS::CloudTrail::Trail');
    const seen = trails.length === 0 ? [] : ['AWS::S3::Bucket', 'AWS::Lambda::Function'].flatMap((type) => environment.of(type));
    const selectors = trails.flatMap((trail) => recordsAt(trail, 'AdvancedEventSelectors'));
    return judgeEach(seen, CITATION, (resource) =>
      resource.type === 'AWS::S3::Bucket'
        ? faultsOfBucket(environment, selectors, resource)
        : faultsOfFunction(environment, selectors, resource),
    );
  },
};

type Selectors = readonly Readonly<Record<string, unknown>>[];

function faultsOfBucket(environment: EnvironmentModel, selectors: Selectors, bucket: Resource): readonly Fault[] {
  const kind = bucketKindOf(environment, bucket);
  return EVENTS.flatMap(([eventName, readOnly]): readonly Fault[] => {
    const event = {
      eventCategory: 'Data',
      'resources.type': 'AWS::S3::Object',
      'resources.ARN': `${environment.arnOf(bucket)}/documents/some`,
      eventName,
      readOnly,
    };
    const recorded = isRecorded(selectors, event);
    // The archive is among what the access logs tell of: each delivery recorded would be one more line, and its delivery one more event.
    if (eventName === 'PutObject' && (kind === 'trailArchive' || kind === 'accessLogs')) {
      return recorded
        ? [{ property: 'trail', value: 'records deliveries of logs about itself', expected: 'not recorded: it would never end' }]
        : [];
    }
    return recorded ? [] : [{ property: 'trail', value: `${eventName} is not recorded`, expected: 'recorded' }];
  });
}

function faultsOfFunction(environment: EnvironmentModel, selectors: Selectors, called: Resource): readonly Fault[] {
  const event = {
    eventCategory: 'Data',
    'resources.type': 'AWS::Lambda::Function',
    'resources.ARN': environment.arnOf(called),
    eventName: 'Invoke',
    readOnly: 'false',
  };
  return isRecorded(selectors, event) ? [] : [{ property: 'trail', value: 'Invoke is not recorded', expected: 'recorded' }];
}
