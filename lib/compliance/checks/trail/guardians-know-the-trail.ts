import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { guardiansOf } from '../presence/working-functions';

const VARIABLES = 'Environment.Variables';

/** What a guardian expects by a property of the trail, where the two are the same value. */
const PROPERTIES: Readonly<Record<string, string>> = {
  name: 'TrailName',
  bucket: 'S3BucketName',
  prefix: 'S3KeyPrefix',
  keyArn: 'KMSKeyId',
  logGroupArn: 'CloudWatchLogsLogGroupArn',
  logRoleArn: 'CloudWatchLogsRoleArn',
  isMultiRegion: 'IsMultiRegionTrail',
  hasGlobalEvents: 'IncludeGlobalServiceEvents',
  isValidated: 'EnableLogFileValidation',
  eventSelectors: 'AdvancedEventSelectors',
};

/** A guardian that expects less than the template does would find nothing wrong with a trail that was weakened to that. */
export const guardiansKnowTheTrail: Check = {
  id: 'strength/guardians-know-the-trail',
  claim: 'what verifies the trail expects of it all that its template says, and looks into another Region, too',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      guardiansOf(environment).filter((each) => valueAt(each, `${VARIABLES}.EXPECTED_TRAIL`) !== undefined),
      '164.312(b)',
      (guardian) => environment.of('AWS::CloudTrail::Trail').flatMap((trail) => faultsOf(environment, guardian, trail)),
      'the templates hold nothing that is told what to expect of a trail',
    ),
};

function faultsOf(environment: EnvironmentModel, guardian: Resource, trail: Resource): readonly Fault[] {
  const expected = parse(textAt(guardian, `${VARIABLES}.EXPECTED_TRAIL`) ?? '');
  const insights = recordsAt(trail, 'InsightSelectors').map(({ InsightType }) => InsightType);
  const wanted: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(Object.entries(PROPERTIES).map(([field, property]) => [field, valueAt(trail, property)])),
    account: environment.place.account,
    homeRegion: trail.region,
    insights,
  };
  const others = environment.stacks.map(({ region }) => region).filter((region) => region !== trail.region);
  const recovery = textAt(guardian, `${VARIABLES}.RECOVERY_REGION`);
  return [
    ...Object.entries(wanted)
      .filter(([field, value]) => !isDeepStrictEqual(plain(expected[field]), plain(value)))
      .map(([field, value]): Fault => fault('EXPECTED_TRAIL', `${field}: ${JSON.stringify(expected[field])}`, JSON.stringify(value))),
    ...(others.length === 0 || others.includes(recovery ?? '') ? [] : [fault('RECOVERY_REGION', recovery, `one of ${others.join(', ')}`)]),
  ];
}

/** CloudFormation takes the text of a flag for the flag, and one for a list of one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? plain(value[0]) : value.map(plain);
  return isJson(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)])) : String(value);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return isJson(json) ? json : {};
  } catch {
    return {};
  }
}

function fault(name: string, value: unknown, expected: string): Fault {
  return { property: `${VARIABLES}.${name}`, value, expected };
}
