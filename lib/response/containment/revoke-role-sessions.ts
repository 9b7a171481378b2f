import type { IRole } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

const POLICY = `'containment-' & $incident`;

/**
 * Denies a role everything in sessions issued before now, by an inline policy named by the incident. A function fetches new credentials:
 * isolate it as well. Takes effect within minutes; reaches neither service-linked roles nor those of IAM Identity Center.
 *
 * @param roles that may be cut off: of staff and of functions; not break-glass, which has to stay open, and alarms.
 */
export function revokeRoleSessions(roles: readonly IRole[]): ContainmentAction {
  const RoleName = jsonata('$target');
  const PolicyName = jsonata(POLICY);
  const resources = roles.map(({ roleArn }) => roleArn);
  return {
    id: 'revoke-role-sessions',
    description: 'Ends the sessions of a role that were issued until now.',
    target: { field: 'roleName', pattern: '[A-Za-z0-9_-]{1,64}' },
    read: [
      {
        name: 'Read the denial',
        call: 'aws-sdk:iam:getRolePolicy',
        arguments: { RoleName, PolicyName },
        assign: {
          present: jsonata(
            `{'revokedBefore': $parse($decodeUrlComponent($states.result.PolicyDocument)).` +
              `Statement[0].Condition.DateLessThan.\`aws:TokenIssueTime\`}`,
          ),
        },
        answers: { errors: ['Iam.NoSuchEntityException'], assign: { present: { revokedBefore: null } } },
      },
    ],
    contained: '$present.revokedBefore = null ? false : $present.revokedBefore >= $since',
    contain: [
      {
        name: 'Deny earlier sessions',
        call: 'aws-sdk:iam:putRolePolicy',
        arguments: {
          RoleName,
          PolicyName,
          PolicyDocument: jsonata(
            `$string({'Version': '2012-10-17', 'Statement': [{'Sid': 'RevokeEarlierSessions', ` +
              `'Effect': 'Deny', 'Action': '*', 'Resource': '*', ` +
              `'Condition': {'DateLessThan': {'aws:TokenIssueTime': $now()}}}]})`,
          ),
        },
      },
    ],
    // Whatever an earlier run had written: with the incident over, its policy goes.
    restore: [
      {
        name: 'Take the denial off',
        call: 'aws-sdk:iam:deleteRolePolicy',
        arguments: { RoleName, PolicyName },
        answers: { errors: ['Iam.NoSuchEntityException'] },
      },
    ],
    restored: '$present.revokedBefore = null',
    holdsDeployments: true,
    preservesFirst: true,
    hasNamedRoles: true,
    may: {
      contain: [new PolicyStatement({ sid: 'RevokeSessions', actions: ['iam:GetRolePolicy', 'iam:PutRolePolicy'], resources })],
      restore: [new PolicyStatement({ sid: 'LetSessionsBe', actions: ['iam:DeleteRolePolicy', 'iam:GetRolePolicy'], resources })],
    },
    substitutions: {},
  };
}
