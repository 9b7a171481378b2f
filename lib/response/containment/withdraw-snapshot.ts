import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

/**
 * Withdraws a snapshot of the database from every account it was shared with, and from the public: 164.312(a)(1), 164.308(b)(1). With whom
 * it was shared stands in the capture. What they have copied by then stays theirs; without the key it is of no use to them.
 *
 * There is no restore: to share PHI with another account again is a decision of people, with an agreement behind it. No deploy shares
 * snapshots, so it holds none.
 *
 * Any manual snapshot of this account and Region may be withdrawn, since those that a stranger made are just the ones meant. IAM has no
 * condition on what the attribute is set to: the permission to withdraw is also the one to share, for this role alone.
 *
 * @param scope in whose account and Region the snapshots are.
 */
export function withdrawSnapshot(scope: IConstruct): ContainmentAction {
  const DbSnapshotIdentifier = jsonata('$target');
  const attributes = '$states.result.DbSnapshotAttributesResult.DbSnapshotAttributes';
  const snapshots = Stack.of(scope).formatArn({
    service: 'rds',
    resource: 'snapshot',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    id: 'withdraw-snapshot',
    description: 'Withdraws a snapshot of the database from everybody it was shared with.',
    target: { field: 'snapshotId', pattern: '(?:awsbackup:)?[A-Za-z][A-Za-z0-9-]{0,254}' },
    read: [
      {
        name: 'Read with whom it is shared',
        call: 'aws-sdk:rds:describeDBSnapshotAttributes',
        arguments: { DbSnapshotIdentifier },
        assign: { present: jsonata(`{'sharedWith': $sort([${attributes}[AttributeName = 'restore'].AttributeValues])}`) },
      },
    ],
    contained: '$count($present.sharedWith) = 0',
    contain: [
      {
        name: 'Withdraw it from everybody',
        call: 'aws-sdk:rds:modifyDBSnapshotAttribute',
        arguments: { DbSnapshotIdentifier, AttributeName: 'restore', ValuesToRemove: jsonata('$present.sharedWith') },
      },
    ],
    holdsDeployments: false,
    preservesFirst: false,
    may: {
      contain: [
        new PolicyStatement({
          sid: 'WithdrawSnapshots',
          actions: ['rds:DescribeDBSnapshotAttributes', 'rds:ModifyDBSnapshotAttribute'],
          resources: [snapshots],
        }),
      ],
      restore: [],
    },
    substitutions: {},
  };
}
