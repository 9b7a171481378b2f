import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DataClass } from './data-class';
import { classify } from './data-class';

/** One queue. */
export interface EncryptedQueueProps {
  readonly dataClass: DataClass;
  readonly key: IKey;
  /** For a queue that a function works off. @default a dead-letter queue, which people look into */
  readonly work?: QueuedWork;
}

/** How messages are worked off. */
export interface QueuedWork {
  /** A message that was taken and is not done with by then is delivered again. */
  readonly within: Duration;
  /** Deliveries of one message before it is given up. */
  readonly attempts: number;
  /** What was given up. */
  readonly deadLetters: IQueue;
}

/**
 * A queue under a customer key, reachable over TLS only, keeping messages 14 days. 164.312(e)(1).
 *
 * SQS has no condition key for the version of TLS; its endpoints accept 1.2 and higher (docs/decisions).
 */
export class EncryptedQueue extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, { dataClass, key, work }: EncryptedQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(work && { visibilityTimeout: work.within, deadLetterQueue: { queue: work.deadLetters, maxReceiveCount: work.attempts } }),
    });
    classify(this, dataClass);
  }
}
