import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { AccountServices } from '../../config/environment';
import { GUARDDUTY_FEATURES, STANDARDS } from '../../detection/threat-detection';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';
import type { Step } from './step';

/** A reading, and what it finds of one or more services, each `on`, `off` or `missing`. */
interface Reading extends Omit<Step, 'assign' | 'answers'> {
  /** JSONata, an object. */
  readonly finds: string;
  /** Errors that are an answer, and what they say. @default none */
  readonly or?: { readonly errors: readonly string[]; readonly finds: string };
  /** Variables for the steps that follow. @default none */
  readonly assign?: Step['assign'];
}

/** What this environment runs itself, of what looks at the account. */
interface Part {
  /** Under which names it stands in `$present`. */
  readonly names: readonly string[];
  readonly readings: readonly Reading[];
  readonly switchOn: readonly Step[];
  readonly may: readonly PolicyStatement[];
}

/**
 * Switches GuardDuty, Security Hub and the recorder of AWS Config on again: 164.308(a)(1)(ii)(D), 164.308(a)(8). Of each only what the
 * environment runs itself; where another team runs them all, there is no such workflow.
 *
 * A detector or recorder that was deleted no call puts back: it is found `missing`, the rest is switched on, and the execution fails with what
 * it found in `failed.json`; then a deploy makes it again. The hub and its standards go and come by one call each. What neither a hub nor a
 * detector holds by itself, such as filters, the delivery channel and the access analyzer, is left to a deploy.
 *
 * There is no restore: to switch detection off again would be the incident. It sets what a deploy sets, so it holds none. Detector and
 * recorder are looked up, since there is one of each, and a reference would keep a deploy from making a deleted one again.
 */
export function switchDetectionOn(scope: IConstruct, services: AccountServices): readonly ContainmentAction[] {
  const { guardDuty, securityHub, configRecorder } = services;
  const parts = [
    ...(guardDuty.source === 'create' ? [detector(scope)] : []),
    ...(securityHub.source === 'create' ? [hub(scope)] : []),
    // Last, since it fails where the delivery channel is gone.
    ...(configRecorder.source === 'create' ? [recorder(scope)] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      id: 'switch-detection-on',
      description: 'Switches on again what looks for threats and records configuration.',
      read: parts.flatMap(({ readings }) => readings).map(toStep),
      contained: parts.flatMap(({ names }) => names.map((name) => `$present.${name} = 'on'`)).join(' and '),
      contain: parts.flatMap(({ switchOn }) => switchOn),
      holdsDeployments: false,
      preservesFirst: false,
      may: { contain: parts.flatMap(({ may }) => may), restore: [] },
      substitutions: {},
    },
  ];
}

/** The first reading begins `$present` anew, the others add to it. */
function toStep({ finds, or, assign, ...step }: Reading, at: number): Step {
  const present = (found: string): string => jsonata(at === 0 ? found : `$merge([$present, ${found}])`);
  return {
    ...step,
    assign: { ...assign, present: present(finds) },
    ...(or ? { answers: { errors: or.errors, assign: { present: present(or.finds) } } } : {}),
  };
}

/** Only features that are to be on are named: others stay as they are, and a call that named one as off would be told as an attack. */
function detector(scope: IConstruct): Part {
  const features = Object.entries(GUARDDUTY_FEATURES).flatMap(([name, status]) => (status === 'ENABLED' ? [name] : []));
  const on = `$count($states.result.Features[Name in ${textsOf(features)} and Status = 'ENABLED']) = ${features.length}`;
  const DetectorId = jsonata('$detector');
  return {
    names: ['guardDuty'],
    readings: [
      {
        name: 'Look for the detector',
        call: 'aws-sdk:guardduty:listDetectors',
        arguments: {},
        assign: { detector: jsonata(`$count($states.result.DetectorIds) = 0 ? null : $states.result.DetectorIds[0]`) },
        finds: `{'guardDuty': 'missing'}`,
      },
      {
        name: 'Read the detector',
        call: 'aws-sdk:guardduty:getDetector',
        arguments: { DetectorId },
        when: '$detector != null',
        finds: `{'guardDuty': $states.result.Status = 'ENABLED' and ${on} ? 'on' : 'off'}`,
      },
    ],
    switchOn: [
      {
        name: 'Enable GuardDuty',
        call: 'aws-sdk:guardduty:updateDetector',
        arguments: { DetectorId, Enable: true, Features: features.map((Name) => ({ Name, Status: 'ENABLED' })) },
        when: `$present.guardDuty = 'off'`,
      },
    ],
    may: [
      new PolicyStatement({ sid: 'LookForDetector', actions: ['guardduty:ListDetectors'], resources: ['*'] }),
      new PolicyStatement({
        sid: 'EnableDetector',
        actions: ['guardduty:GetDetector', 'guardduty:UpdateDetector'],
        resources: [Stack.of(scope).formatArn({ service: 'guardduty', resource: 'detector', resourceName: '*' })],
      }),
    ],
  };
}

function hub(scope: IConstruct): Part {
  const standards = Object.values(STANDARDS).map((standard) => `arn:\${Partition}:securityhub:\${Region}::standards/${standard}`);
  const alive = `StandardsArn in ${textsOf(standards)} and StandardsStatus in ['PENDING', 'READY', 'INCOMPLETE']`;
  const off = (name: string): Reading['or'] => ({
    errors: ['SecurityHub.InvalidAccessException', 'SecurityHub.ResourceNotFoundException'],
    finds: `{'${name}': 'off'}`,
  });
  return {
    names: ['securityHub', 'standards'],
    readings: [
      {
        name: 'Read the hub',
        call: 'aws-sdk:securityhub:describeHub',
        arguments: {},
        finds: `{'securityHub': 'on'}`,
        or: off('securityHub'),
      },
      {
        name: 'Read the standards',
        call: 'aws-sdk:securityhub:getEnabledStandards',
        arguments: {},
        finds: `{'standards': $count($states.result.StandardsSubscriptions[${alive}]) = ${standards.length} ? 'on' : 'off'}`,
        or: off('standards'),
      },
    ],
    switchOn: [
      {
        name: 'Enable Security Hub',
        call: 'aws-sdk:securityhub:enableSecurityHub',
        arguments: { EnableDefaultStandards: false, ControlFindingGenerator: 'SECURITY_CONTROL' },
        when: `$present.securityHub = 'off'`,
      },
      {
        name: 'Enable its standards',
        call: 'aws-sdk:securityhub:batchEnableStandards',
        arguments: { StandardsSubscriptionRequests: standards.map((StandardsArn) => ({ StandardsArn })) },
        when: `$present.standards = 'off'`,
      },
    ],
    may: [
      new PolicyStatement({
        sid: 'EnableHub',
        actions: ['BatchEnableStandards', 'DescribeHub', 'EnableSecurityHub', 'GetEnabledStandards'].map((call) => `securityhub:${call}`),
        resources: [Stack.of(scope).formatArn({ service: 'securityhub', resource: 'hub', resourceName: 'default' })],
      }),
    ],
  };
}

function recorder(scope: IConstruct): Part {
  const found = '$states.result.ConfigurationRecordersStatus';
  return {
    names: ['recorder'],
    readings: [
      {
        name: 'Read the recorder',
        call: 'aws-sdk:config:describeConfigurationRecorderStatus',
        arguments: {},
        assign: { recorder: jsonata(`$count(${found}) = 0 ? null : ${found}[0].Name`) },
        finds: `{'recorder': $count(${found}) = 0 ? 'missing' : ${found}[0].Recording = true ? 'on' : 'off'}`,
      },
    ],
    switchOn: [
      {
        name: 'Start the recorder',
        call: 'aws-sdk:config:startConfigurationRecorder',
        arguments: { ConfigurationRecorderName: jsonata('$recorder') },
        when: `$present.recorder = 'off'`,
      },
    ],
    may: [
      new PolicyStatement({ sid: 'LookForRecorder', actions: ['config:DescribeConfigurationRecorderStatus'], resources: ['*'] }),
      new PolicyStatement({
        sid: 'StartRecorder',
        actions: ['config:StartConfigurationRecorder'],
        resources: [Stack.of(scope).formatArn({ service: 'config', resource: 'configuration-recorder', resourceName: '*' })],
      }),
    ],
  };
}

/** A list of texts in JSONata. */
function textsOf(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(', ')}]`;
}
