import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { acceptFromRules } from '../shared/event-delivery';
import type { BusDetection } from './detection';

/** What it is encrypted with, and what comes in. */
export interface CoordinationQueueProps {
  readonly key: IKey;
  readonly detections: readonly BusDetection[];
}

/** Six times as long as the coordinator may take for a batch, as AWS advises: no message is delivered again while it is handled. */
const HANDLED_WITHIN = Duration.minutes(6);

/** Then the message stands in the dead-letter queue, and an alarm rings. */
const ATTEMPTS = 5;

/**
 * Where detections wait for the coordinator: a workflow that is throttled, or a function that fails, loses none. 164.308(a)(6)(ii).
 *
 * The rules of the account may send to it. Whoever makes a rule of their own to make detections up is told of by IdentityChange or
 * DetectionTampering at best; what they gain is bounded by what tier A does, and by its caps.
 */
export class CoordinationQueue extends Construct {
  readonly queue: IQueue;
  /** Detections that could not be handled, again and again. */
  readonly deadLetters: IQueue;

  /** Ids of the workflows that some detection calls for at once. */
  readonly startable: readonly string[];

  constructor(scope: Construct, id: string, { key, detections }: CoordinationQueueProps) {
    super(scope, id);
    this.startable = startedAtOnce(detections);
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key }).queue;
    const { queue } = new EncryptedQueue(this, 'Detected', {
      dataClass: 'operational',
      key,
      work: { within: HANDLED_WITHIN, attempts: ATTEMPTS, deadLetters: this.deadLetters },
    });
    this.queue = queue;
    acceptFromRules(queue, 'TakeDetections');
  }
}

/** Of tier A, each once. */
function startedAtOnce(rows: readonly BusDetection[]): readonly string[] {
  const workflows = rows.filter(({ action, tier }) => tier === 'A' && action !== 'none' && action !== 'restart-trail');
  return [...new Set(workflows.map(({ action }) => action))].sort();
}
