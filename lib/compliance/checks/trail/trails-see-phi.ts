import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketKindOf } from '../../kinds';
import { recordsAt, textAt } from '../../model/read';
import { isRecorded } from './event-selectors';

const EVENTS = ['GetObject', 'PutObject', 'DeleteObject'];

/** Every touch of an object that matters is in the trail, and the trail's own delivery is not: that would never end. */
export const trailsSeePhi: Check = {
  id: 'liveness/trails-see-phi',
  claim: 'the trail records reading, writing and deleting objects in every bucket but the ones that logs are delivered to, and no delivery to its own bucket',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const trails = environment.of('AWS::CloudTrail::Trail');
    const selectors = trails.flatMap((trail) => recordsAt(trail, 'AdvancedEventSelectors'));
    return judgeEach(trails.length === 0 ? [] : environment.of('AWS::S3::Bucket'), '164.312(b)', (bucket): readonly Fault[] => {
      const arn = `${environment.arnOf(bucket)}/documents/some`;
      const event = (eventName: string, readOnly: string): Record<string, string> => ({
        eventCategory: 'Data', 'resources.type': 'AWS::S3::Object', 'resources.ARN': arn, eventName, readOnly,
      });
      const isOwn = trails.some((trail) => environment.at(textAt(trail, 'S3BucketName')) === bucket);
      const kind = bucketKindOf(environment, bucket);
      if (isOwn) return isRecorded(selectors, event('PutObject', 'false')) ? [{ property: 'trail', value: 'records its own deliveries', expected: 'not its own bucket' }] : [];
      if (kind !== 'phi' && kind !== 'auditArchive') return [];
      return EVENTS.filter((name) => !isRecorded(selectors, event(name, String(name === 'GetObject')))).map((name) => ({
        property: 'trail',
        value: `${name} is not recorded`,
        expected: 'recorded',
      }));
    });
  },
};
