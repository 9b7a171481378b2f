import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';

interface Detector {
  readonly Enable?: boolean;
  readonly DataSources?: unknown;
  readonly Features?: readonly { readonly Name: string; readonly Status: string }[];
  readonly FindingPublishingFrequency?: string;
}

const DETECTOR = 'AWS::GuardDuty::Detector';
const HUB = 'AWS::SecurityHub::Hub';
/** Every feature, since one that is left out is switched on by the service, and billed. Off: what there is nothing of here. */
const FEATURES: Readonly<Record<string, string>> = {
  S3_DATA_EVENTS: 'ENABLED',
  RDS_LOGIN_EVENTS: 'ENABLED',
  LAMBDA_NETWORK_LOGS: 'ENABLED',
  EKS_AUDIT_LOGS: 'DISABLED',
  EBS_MALWARE_PROTECTION: 'DISABLED',
  RUNTIME_MONITORING: 'DISABLED',
};

const threatsAreDetected: Claim = (land) =>
  judge('detectors', land.of<Detector>(DETECTOR), ({ properties }) => [
    unlike('state', properties.Enable, true),
    unlike('features', Object.fromEntries((properties.Features ?? []).map(({ Name, Status }) => [Name, Status])), FEATURES),
    properties.DataSources !== undefined && 'states features in the older way too, which is refused',
    unlike('frequency', properties.FindingPublishingFrequency, 'FIFTEEN_MINUTES'),
  ]);

/** What a feature looks at, and that is switched off, must not be here. */
const nothingGoesUnwatched: Claim = (land) =>
  land.all
    .filter(({ type }) =>
      [
        'AWS::EKS::Cluster',
        'AWS::EC2::Instance',
        'AWS::EC2::Volume',
        'AWS::ECS::Cluster',
        'AWS::ECS::Service',
        'AWS::AutoScaling::AutoScalingGroup',
      ].includes(type),
    )
    .map(({ name, type }) => `${name}: is a ${type}, at which a feature that is off would look`);

const postureIsJudged: Claim = (land) => [
  ...judge('hubs', land.of<{ EnableDefaultStandards?: boolean; ControlFindingGenerator?: string }>(HUB), ({ properties }) => [
    unlike('default standards', properties.EnableDefaultStandards, false),
    unlike('findings', properties.ControlFindingGenerator, 'SECURITY_CONTROL'),
  ]),
  ...judge('standards', land.of<{ StandardsArn: string }>('AWS::SecurityHub::Standard'), ({ dependsOn, properties }) => [
    !properties.StandardsArn.startsWith(`arn:aws:securityhub:${land.config.region}::standards/`) && `is ${properties.StandardsArn}`,
    !dependsOn.includes(land.one(HUB).logicalId) && 'does not wait for the hub',
  ]),
];

const sharingIsWatched: Claim = (land) =>
  judge('analyzers', land.of<{ Type: string }>('AWS::AccessAnalyzer::Analyzer'), ({ properties }) => [
    unlike('type', properties.Type, 'ACCOUNT'),
  ]);

describe('threat detection', () => {
  holds('is on, with every feature stated', threatsAreDetected);
  holds('leaves off only what there is nothing of', nothingGoesUnwatched);
  holds('judges the account by named standards', postureIsJudged);
  holds('watches what is shared outside the account', sharingIsWatched);

  notices('a detector that is suspended', threatsAreDetected, (draft) => draft.set(DETECTOR, '', ['Enable'], false), /state is false/);
  notices('a feature that is not stated', threatsAreDetected, (draft) => draft.unset(DETECTOR, '', ['Features', 3]), /features is/);
  notices(
    'a machine that nobody watches',
    nothingGoesUnwatched,
    (draft) => draft.add('Api', 'Bastion', 'AWS::EC2::Instance', {}),
    /^Api\/Bastion: is a AWS::EC2::Instance/,
  );
  notices(
    'a standard that does not wait for its hub',
    postureIsJudged,
    (draft) => draft.amend('AWS::SecurityHub::Standard', 'ThreatsCis', { DependsOn: [] }),
    /does not wait for the hub/,
  );
});
