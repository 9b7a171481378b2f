import { adding, refusal, setting, type Refusal } from './refusal';

/** The trail, the recorder, detectors and notices. */
export const DETECTION_REFUSALS: readonly Refusal[] = [
  refusal('trail-selectors-are-taken', 'basic selectors beside advanced ones', setting('AWS::CloudTrail::Trail', '', 'EventSelectors', [])),
  refusal(
    'trail-selectors-are-taken',
    'insights of events that are not selected',
    setting('AWS::CloudTrail::Trail', '', 'AdvancedEventSelectors.0', undefined),
  ),
  refusal(
    'one-of-a-kind-stands-once',
    'a second detector',
    adding('Trail', { Type: 'AWS::GuardDuty::Detector', Properties: { Enable: true } }),
  ),
  refusal(
    'services-are-switched-on-first',
    'a standard before its hub',
    (draft) => delete draft.one('AWS::SecurityHub::Standard', 'ThreatsBest').DependsOn,
  ),
  refusal(
    'services-are-switched-on-first',
    'a pack before its recorder',
    (draft) => delete draft.one('AWS::Config::ConformancePack').DependsOn,
  ),
  refusal(
    'services-are-switched-on-first',
    'a channel that waits for its recorder',
    (draft) => void (draft.one('AWS::Config::DeliveryChannel').DependsOn = ['ConfigRecorder49EDB580']),
  ),
  refusal('conformance-packs-are-taken', 'a pack of 60 KB', (draft) =>
    draft.edit(
      'AWS::Config::ConformancePack',
      '',
      (pack) => void (pack['TemplateBody'] = `${String(pack['TemplateBody'])}${' '.repeat(60_000)}`),
    ),
  ),
  refusal(
    'conformance-packs-are-taken',
    'a pack with a bucket in it',
    setting('AWS::Config::ConformancePack', '', 'TemplateBody', '{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}'),
  ),
  refusal(
    'metric-filters-are-taken',
    'a default value beside dimensions',
    setting('AWS::Logs::MetricFilter', 'TrailBreakGlassUse', 'MetricTransformations.0.Dimensions', [{ Key: 'a', Value: '$.b' }]),
  ),
  refusal('notices-have-an-address', 'a mail to no address', setting('AWS::SNS::Subscription', 'SecurityOfficer', 'Endpoint', 'security')),
  refusal('notices-have-an-address', 'a notice in the clear', setting('AWS::SNS::Subscription', 'SecurityOfficer', 'Protocol', 'http')),
  refusal(
    'global-events-are-caught-at-home',
    'a rule on sign-ins in another Region',
    adding('Recovery', { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['aws.signin'] } } }),
  ),
];
