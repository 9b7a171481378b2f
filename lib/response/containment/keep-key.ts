import type { IKey } from 'aws-cdk-lib/aws-kms';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

/** A single-Region key, or one of several Regions. */
const ID = '(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';

/**
 * Keeps a key that was disabled or is about to be deleted: 164.312(a)(2)(iv), 164.308(a)(7)(ii)(A). Told its id, or its ARN in this account
 * and Region, as `requestParameters.keyId` of a CloudTrail record holds either; aliases are refused, since the calls that lose a key take
 * none.
 *
 * There is no restore: to disable a key again is break-glass's alone, and the key's own policy denies it to everybody else. It changes
 * nothing that a deploy would not put back as well, so it holds none. Keys of other Regions it cannot reach.
 *
 * KMS shows a change after a moment: where the enabling comes too early after the cancelling, it fails, and the next execution enables.
 *
 * @param keys that may be kept: those of the environment.
 */
export function keepKey(keys: readonly IKey[]): ContainmentAction {
  const KeyId = jsonata('$target');
  return {
    id: 'keep-key',
    description: 'Keeps a key: it is not deleted, and enabled.',
    target: { field: 'keyId', pattern: `(?:arn:\${Partition}:kms:\${Region}:\${Account}:key\\/)?${ID}` },
    read: [
      {
        name: 'Read the state of the key',
        call: 'aws-sdk:kms:describeKey',
        arguments: { KeyId },
        assign: { present: jsonata(`{'state': $states.result.KeyMetadata.KeyState}`) },
      },
    ],
    contained: `$present.state = 'Enabled'`,
    contain: [
      {
        name: 'Cancel the deletion',
        call: 'aws-sdk:kms:cancelKeyDeletion',
        arguments: { KeyId },
        when: `$present.state in ['PendingDeletion', 'PendingReplicaDeletion']`,
      },
      { name: 'Enable the key', call: 'aws-sdk:kms:enableKey', arguments: { KeyId } },
    ],
    holdsDeployments: false,
    preservesFirst: false,
    may: {
      contain: [
        new PolicyStatement({
          sid: 'KeepKeys',
          actions: ['kms:CancelKeyDeletion', 'kms:DescribeKey', 'kms:EnableKey'],
          resources: keys.map(({ keyArn }) => keyArn),
        }),
      ],
      restore: [],
    },
    substitutions: {},
  };
}
