import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';

/** Features that watch what this kind of environment is made of. What is not named, GuardDuty decides. */
const FEATURES = ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS'];

/** Every feature must be named, on or off, so that nothing is off unseen or on unpaid. */
const NAMED = [...FEATURES, 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RUNTIME_MONITORING'];

const STANDARDS = /aws-foundational-security-best-practices|nist-800-53/;

/** Threat detection is on, in every feature that sees these stores and functions, and findings are gathered against a standard. */
export const threatsAreLookedFor: Check = {
  id: 'strength/threats-are-looked-for',
  claim: 'the detector is on with every feature for buckets, databases and functions, publishes within the hour, and a hub judges by a standard',
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(5)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::GuardDuty::Detector', 'AWS::SecurityHub::Hub', 'AWS::AccessAnalyzer::Analyzer'], '164.308(a)(1)(ii)(D)', (resource) => {
      switch (resource.type) {
        case 'AWS::GuardDuty::Detector':
          return faultsOfDetector(resource);
        case 'AWS::SecurityHub::Hub': {
          const standards = environment.of('AWS::SecurityHub::Standard').map((standard) => textAt(standard, 'StandardsArn') ?? '');
          return [
            ...(valueAt(resource, 'AutoEnableControls') === undefined ? [] : expectEqual(resource, 'AutoEnableControls', true)),
            ...(standards.some((arn) => STANDARDS.test(arn)) ? [] : [{ property: 'Standard', value: standards, expected: 'AWS foundational best practices or NIST 800-53' }]),
          ];
        }
        default:
          return /^(?:ACCOUNT|ORGANIZATION)$/.test(textAt(resource, 'Type') ?? '') ? [] : [{ property: 'Type', value: textAt(resource, 'Type'), expected: 'ACCOUNT or ORGANIZATION' }];
      }
    }),
};

function faultsOfDetector(detector: Resource): readonly Fault[] {
  const features = new Map(recordsAt(detector, 'Features').map(({ Name, Status }) => [Name, Status]));
  return [
    ...expectEqual(detector, 'Enable', true),
    ...FEATURES.filter((name) => features.get(name) !== 'ENABLED').map((name): Fault => ({ property: `Features ${name}`, value: features.get(name), expected: 'ENABLED' })),
    ...NAMED.filter((name) => !features.has(name)).map((name): Fault => ({ property: `Features ${name}`, value: undefined, expected: 'ENABLED or DISABLED, said so' })),
    ...(/^(?:FIFTEEN_MINUTES|ONE_HOUR)$/.test(textAt(detector, 'FindingPublishingFrequency') ?? '')
      ? []
      : [{ property: 'FindingPublishingFrequency', value: textAt(detector, 'FindingPublishingFrequency'), expected: 'FIFTEEN_MINUTES or ONE_HOUR' }]),
  ];
}
