import { containmentName } from '../shared/fixed-names';
import { busEvent } from './cloudtrail-event';
import type { BusDetection, DetectionPlace, Occurrence } from './detection';

/** How every containment and restore ends, by whomever it was started: somebody may have to go on from there. 164.308(a)(6)(ii). */
export function containmentEnds(place: DetectionPlace): readonly BusDetection[] {
  const { account, environment, partition, region } = place;
  const machine = (name: string) => `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
  const ended = (status: string, name = containmentName(environment, 'contain', 'isolate-function')): Occurrence =>
    busEvent('aws.states', 'Step Functions Execution Status Change', {
      executionArn: `arn:${partition}:states:${region}:${account}:execution:${name}:night`,
      stateMachineArn: machine(name),
      name: 'night',
      status,
      input: '{}',
    });
  const restore = containmentName(environment, 'restore', 'isolate-function');
  const row = (statuses: readonly string[]) =>
    ({
      source: 'bus',
      region: 'home',
      pattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: (['contain', 'restore'] as const).map((direction) => ({
            prefix: machine(containmentName(environment, direction, '')),
          })),
          status: statuses,
        },
      },
      // Names that whoever starts it gives; neither what it was given nor what it found.
      tells: { workflow: 'detail.stateMachineArn', execution: 'detail.name' },
      tier: 'C',
      action: 'none',
      exempt: [],
      citations: ['164.308(a)(6)(ii)'],
    }) as const;
  return [
    {
      ...row(['FAILED', 'TIMED_OUT', 'ABORTED']),
      id: 'ContainmentFailed',
      description: 'A containment or restore failed, took too long, or was stopped.',
      severity: 'high',
      fixtures: {
        match: [...['FAILED', 'TIMED_OUT', 'ABORTED'].map((status) => ended(status)), ended('FAILED', restore)],
        miss: [ended('SUCCEEDED'), ended('RUNNING'), ended('FAILED', 'invoices'), ended('FAILED', `other-${restore}`)],
      },
    },
    {
      ...row(['SUCCEEDED']),
      id: 'ContainmentEnded',
      description: 'A containment or restore came to its end, a dry run included.',
      severity: 'medium',
      fixtures: {
        match: [ended('SUCCEEDED'), ended('SUCCEEDED', restore)],
        miss: [ended('FAILED'), ended('RUNNING'), ended('SUCCEEDED', 'invoices')],
      },
    },
  ];
}
