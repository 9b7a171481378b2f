import type { Check } from '../../check';
import { expectAbsent, expectEqual, expectOneOf, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** Features that watch what this kind of environment is made of. What is not named, GuardDuty decides. */
const FEATURES = ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS'];

/** Every feature must be named, on or off, so that nothing is off unseen or on unpaid. */
const NAMED = [...FEATURES, 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RUNTIME_MONITORING'];

/** Of each, one that a hub judges by: AWS's own list, and the benchmark of CIS, which looks at the account; NIST's looks at both. */
const STANDARDS = [/aws-foundational-security-best-practices|nist-800-53/, /cis-aws-foundations-benchmark|nist-800-53/];

const LEAST_REASON = 20;

/** Controls that may run on another parameter than AWS's, and which: that the recorder has a role of its own is decided. */
const CUSTOM: Readonly<Record<string, readonly string[]>> = { 'Config.1': ['includeConfigServiceLinkedRoleCheck'] };

/** Threat detection is on, in every feature that sees these stores and functions, and findings are gathered against a standard. */
export const threatsAreLookedFor: Check = {
  id: 'strength/threats-are-looked-for',
  claim: 'the detector is on for buckets, databases and functions, the hub judges by whole standards, and no finding is hidden unread',
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(5)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      Object.keys(JUDGES),
      '164.308(a)(1)(ii)(D)',
      (resource) => JUDGES[resource.type]?.(resource, environment) ?? [],
    ),
};

const JUDGES: Readonly<Record<string, (resource: Resource, environment: EnvironmentModel) => readonly Fault[]>> = {
  'AWS::GuardDuty::Detector': faultsOfDetector,
  // A filter that archives hides what it matches from everybody.
  'AWS::GuardDuty::Filter': (filter) => expectEqual(filter, 'Action', 'NOOP'),
  // GuardDuty says nothing of an address on a trusted list.
  'AWS::GuardDuty::IPSet': (list) => expectEqual(list, 'Activate', false),
  'AWS::SecurityHub::AutomationRule': (rule) =>
    JSON.stringify(valueAt(rule, 'Actions') ?? []).includes('"SUPPRESSED"')
      ? [{ property: 'Actions', value: 'SUPPRESSED', expected: 'findings that somebody reads' }]
      : [],
  'AWS::SecurityHub::Hub': faultsOfHub,
  'AWS::SecurityHub::Standard': (standard) => expectAbsent(standard, 'DisabledStandardsControls'),
  'AWS::SecurityHub::SecurityControl': faultsOfControl,
  'AWS::AccessAnalyzer::Analyzer': (analyzer) => [
    ...expectOneOf(analyzer, 'Type', ['ACCOUNT', 'ORGANIZATION']),
    ...expectAbsent(analyzer, 'ArchiveRules'),
  ],
};

function faultsOfHub(hub: Resource, environment: EnvironmentModel): readonly Fault[] {
  const standards = environment.of('AWS::SecurityHub::Standard').map((standard) => textAt(standard, 'StandardsArn') ?? '');
  const left = STANDARDS.filter((pattern) => !standards.some((arn) => pattern.test(arn)));
  return [
    ...(valueAt(hub, 'AutoEnableControls') === undefined ? [] : expectEqual(hub, 'AutoEnableControls', true)),
    ...left.map((pattern): Fault => ({ property: 'Standard', value: standards, expected: `one of ${pattern.source}` })),
  ];
}

function faultsOfControl(control: Resource): readonly Fault[] {
  const id = textAt(control, 'SecurityControlId') ?? '';
  const allowed = CUSTOM[id];
  const changed = valueAt(control, 'Parameters');
  const others = Object.keys(isJson(changed) ? changed : {}).filter((name) => allowed?.includes(name) !== true);
  return [
    ...(allowed === undefined ? [{ property: 'SecurityControlId', value: id, expected: `one of ${Object.keys(CUSTOM).join(', ')}` }] : []),
    ...others.map((name): Fault => ({
      property: `Parameters.${name}`,
      value: valueAt(control, `Parameters.${name}`),
      expected: 'absent: AWS’s own',
    })),
    ...((textAt(control, 'LastUpdateReason') ?? '').length >= LEAST_REASON
      ? []
      : [{ property: 'LastUpdateReason', value: textAt(control, 'LastUpdateReason'), expected: 'a reason' }]),
  ];
}

function faultsOfDetector(detector: Resource): readonly Fault[] {
  const features = new Map(recordsAt(detector, 'Features').map(({ Name, Status }) => [Name, Status]));
  return [
    ...expectEqual(detector, 'Enable', true),
    // The older way of naming features, which would contradict the newer.
    ...expectAbsent(detector, 'DataSources'),
    ...FEATURES.filter((name) => features.get(name) !== 'ENABLED').map((name): Fault => ({
      property: `Features ${name}`,
      value: features.get(name),
      expected: 'ENABLED',
    })),
    ...NAMED.filter((name) => !features.has(name)).map((name): Fault => ({
      property: `Features ${name}`,
      value: undefined,
      expected: 'ENABLED or DISABLED, said so',
    })),
    ...(/^(?:FIFTEEN_MINUTES|ONE_HOUR)$/.test(textAt(detector, 'FindingPublishingFrequency') ?? '')
      ? []
      : [
          {
            property: 'FindingPublishingFrequency',
            value: textAt(detector, 'FindingPublishingFrequency'),
            expected: 'FIFTEEN_MINUTES or ONE_HOUR',
          },
        ]),
  ];
}
