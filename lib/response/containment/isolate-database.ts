import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

/**
 * Puts the database into a security group that lets nothing in and nothing out. Connections that stand are tracked, and go on until they
 * end or time out: the runbook says how to cut those.
 *
 * Evidence is not preserved first, since RDS refuses a change while it makes a snapshot, and nothing is lost by cutting the database off.
 */
export function isolateDatabase(database: IDatabaseInstance, quarantine: ISecurityGroup): ContainmentAction {
  const DbInstanceIdentifier = '${Database}';
  const groups = '$states.result.DbInstances[0].VpcSecurityGroups';
  const permission = (sid: string): PolicyStatement =>
    new PolicyStatement({ sid, actions: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'], resources: [database.instanceArn] });
  return {
    id: 'isolate-database',
    description: 'Isolates the database: nothing connects to it any more.',
    read: [
      {
        name: 'Read the security groups',
        call: 'aws-sdk:rds:describeDBInstances',
        arguments: { DbInstanceIdentifier },
        assign: {
          present: jsonata(
            `{'groups': $sort([${groups}[Status != 'removing'].VpcSecurityGroupId]), 'settled': $count(${groups}[Status != 'active']) = 0}`,
          ),
        },
      },
    ],
    contained: `$present = {'groups': ['\${QuarantineGroup}'], 'settled': true}`,
    contain: [
      {
        name: 'Move to the quarantine group',
        call: 'aws-sdk:rds:modifyDBInstance',
        arguments: { DbInstanceIdentifier, VpcSecurityGroupIds: ['${QuarantineGroup}'], ApplyImmediately: true },
      },
    ],
    restore: [
      {
        name: 'Move back',
        call: 'aws-sdk:rds:modifyDBInstance',
        arguments: { DbInstanceIdentifier, VpcSecurityGroupIds: jsonata('$prior.groups'), ApplyImmediately: true },
      },
    ],
    restored: '$present.settled and $present.groups = $prior.groups',
    holdsDeployments: true,
    preservesFirst: false,
    may: { contain: [permission('IsolateDatabase')], restore: [permission('RestoreDatabase')] },
    substitutions: { Database: database.instanceIdentifier, QuarantineGroup: quarantine.securityGroupId },
  };
}
