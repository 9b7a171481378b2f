import type { EnvironmentModel, Resource } from '../lib/compliance/model/environment';
import { isJson, TemplateError } from '../lib/compliance/model/template';
import type { ExpectedTrail } from '../lambda/trail-guardian/contract';
import { parseExpectedTrail } from '../lambda/trail-guardian/parse-expected';

/** What the templates of an environment say of its trail, and of where it has to deliver. */
export interface TemplateTrail {
  readonly expected: ExpectedTrail;
  /** The home Region where there is no other. */
  readonly recoveryRegion: string;
}

/**
 * Reads the expected trail out of synthesized templates. What only a deploy knows stays as `${Stack.LogicalId}`.
 *
 * @throws TemplateError when the templates hold no trail, several, or one that says less than every trail has to.
 */
export function expectedTrailOf(environment: EnvironmentModel): TemplateTrail {
  const { account, name } = environment.place;
  const [trail, ...more] = environment.of('AWS::CloudTrail::Trail');
  if (!trail) throw new TemplateError(`The templates of ${name} hold no trail: where another team runs it, it is theirs to verify.`);
  if (more.length > 0) throw new TemplateError(`The templates of ${name} hold ${more.length + 1} trails. One is expected.`);
  const otherRegion = environment.stacks.find(({ region }) => region !== trail.region)?.region;
  return { expected: expectedOf(trail, account), recoveryRegion: otherRegion ?? trail.region };
}

function expectedOf({ name, properties, region }: Resource, account: string): ExpectedTrail {
  const { InsightSelectors: insights = [] } = properties;
  const fields = {
    name: properties['TrailName'],
    account,
    homeRegion: region,
    bucket: properties['S3BucketName'],
    prefix: properties['S3KeyPrefix'] ?? '',
    keyArn: properties['KMSKeyId'] ?? '',
    logGroupArn: properties['CloudWatchLogsLogGroupArn'] ?? '',
    logRoleArn: properties['CloudWatchLogsRoleArn'] ?? '',
    isMultiRegion: properties['IsMultiRegionTrail'] ?? false,
    hasGlobalEvents: properties['IncludeGlobalServiceEvents'] ?? false,
    isValidated: properties['EnableLogFileValidation'] ?? false,
    eventSelectors: properties['AdvancedEventSelectors'] ?? [],
    insights: Array.isArray(insights) ? insights.map((each: unknown) => (isJson(each) ? each['InsightType'] : each)) : insights,
  };
  try {
    return parseExpectedTrail(JSON.stringify(fields));
  } catch {
    throw new TemplateError(`The trail ${name} has a property that cannot be read without a deploy. Run npm run check.`);
  }
}
