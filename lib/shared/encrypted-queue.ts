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
}

/**
 * A dead-letter queue under a customer key, reachable over TLS only, keeping messages 14 days. 164.312(e)(1).
 *
 * SQS has no condition key for the version of TLS; its endpoints accept 1.2 and higher (docs/decisions).
 */
export class EncryptedQueue extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, { dataClass, key }: EncryptedQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    classify(this, dataClass);
  }
}
