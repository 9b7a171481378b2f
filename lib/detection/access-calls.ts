import { CloudTrailEvents, onBus } from './cloudtrail-event';
import type { BusDetection, DetectionPlace } from './detection';

/** Every group of users but this opens records of other people. */
const OWN_RECORDS_GROUP = 'patient';

/**
 * Calls that open a way to the stores: network, master login, sign-in of the service. What a deploy does is left out here, but not from
 * the alarms over the trail; to read a secret is no part of a deploy. 164.312(a)(1), (d), (e)(1).
 */
export function accessCalls(place: DetectionPlace): readonly BusDetection[] {
  return [networkOpened(place), secretRead(place), userPoolChange(place)];
}

function networkOpened(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const allow = (ranges: object, more: object = {}) =>
    aws.call('ec2', 'AuthorizeSecurityGroupIngress', {
      requestParameters: { groupId: 'sg-1', ipPermissions: { items: [{ ipProtocol: 'tcp', ipRanges: {}, ipv6Ranges: {}, ...ranges }] } },
      ...more,
    });
  const everywhere = { ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }, { cidrIp: '0.0.0.0/0' }] } };
  return {
    id: 'NetworkOpened',
    source: 'bus',
    region: 'home',
    description: 'The network was opened to everybody or to another network, or is no longer recorded or encrypted, and no deploy did it.',
    pattern: {
      source: ['aws.ec2'],
      detail: {
        $or: [
          {
            eventName: ['AuthorizeSecurityGroupIngress'],
            requestParameters: { ipPermissions: { items: { ipRanges: { items: { cidrIp: ['0.0.0.0/0'] } } } } },
          },
          {
            eventName: ['AuthorizeSecurityGroupIngress'],
            requestParameters: { ipPermissions: { items: { ipv6Ranges: { items: { cidrIpv6: ['::/0'] } } } } },
          },
          { eventName: ['AuthorizeSecurityGroupIngress'], requestParameters: { cidrIp: ['0.0.0.0/0'] } },
          {
            eventName: [
              'ModifySecurityGroupRules', 'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection', 'ModifyVpcEndpoint', 'DeleteFlowLogs',
              'CreateVpcEncryptionControl', 'ModifyVpcEncryptionControl', 'DeleteVpcEncryptionControl',
            ],
          },
        ],
      },
    },
    severity: 'high',
    tier: 'B',
    action: 'revoke-role-sessions',
    target: { field: 'roleName', path: 'detail.userIdentity.sessionContext.sessionIssuer.userName' },
    exempt: ['response', 'deployment'],
    citations: ['164.312(e)(1)'],
    fixtures: {
      match: [
        allow(everywhere),
        allow({ ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } }, { userIdentity: aws.user }),
        aws.call('ec2', 'AuthorizeSecurityGroupIngress', { requestParameters: { cidrIp: '0.0.0.0/0' }, userIdentity: aws.root }),
        ...aws.calls('ec2', 'ModifySecurityGroupRules', 'CreateVpcPeeringConnection', 'ModifyVpcEndpoint'),
        ...aws.calls('ec2', 'DeleteFlowLogs', 'DeleteVpcEncryptionControl'),
      ].map(onBus),
      miss: [
        allow({ ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }),
        ...[aws.response, aws.deployment].map((userIdentity) => allow(everywhere, { userIdentity })),
        ...aws.calls('ec2', 'RevokeSecurityGroupIngress', 'CreateFlowLogs'),
      ].map(onBus),
    },
  };
}

function secretRead(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const requestParameters = { secretId: 'rds!db-1' };
  const read = (more: object) => aws.call('secretsmanager', 'GetSecretValue', { readOnly: true, requestParameters, ...more });
  const migrations = aws.asRole('migrations');
  return {
    id: 'SecretRead',
    source: 'bus',
    region: 'home',
    description: 'The master login of the database was read from outside the network, or a session on a machine was opened.',
    pattern: {
      source: ['aws.secretsmanager', 'aws.ssm'],
      detail: {
        $or: [
          {
            eventName: ['GetSecretValue', 'BatchGetSecretValue'],
            // By the way it took, not by the role: the credentials of the migrations are as good to whoever has stolen them.
            vpcEndpointId: [{ exists: false }, { 'anything-but': [place.secretsEndpointId] }],
            // RDS reads it to rotate it; CloudFormation reads whatever a template tells it to.
            userIdentity: { invokedBy: [{ exists: false }, 'cloudformation.amazonaws.com'] },
          },
          { eventName: ['StartSession'] },
        ],
      },
    },
    readOnlyCalls: true,
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: ['response'],
    citations: ['164.312(d)', '164.312(a)(1)'],
    fixtures: {
      match: [
        read({}),
        read({ userIdentity: migrations }),
        read({ userIdentity: migrations, vpcEndpointId: 'vpce-0123456789abcdef0' }),
        read({ userIdentity: aws.root }),
        read({ userIdentity: aws.deployment }),
        aws.call('ssm', 'StartSession', { userIdentity: aws.user }),
      ].map(onBus),
      miss: [
        read({ userIdentity: migrations, vpcEndpointId: place.secretsEndpointId }),
        read({ userIdentity: { type: 'AWSService', invokedBy: 'rds.amazonaws.com' } }),
        read({ userIdentity: aws.response }),
        aws.call('secretsmanager', 'DescribeSecret', { readOnly: true }),
        aws.call('ssm', 'GetParameter', { readOnly: true }),
      ].map(onBus),
    },
  };
}

function userPoolChange(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const join = (groupName: string | undefined) =>
    aws.call('cognito-idp', 'AdminAddUserToGroup', { requestParameters: { userPoolId: 'p', groupName } });
  return {
    id: 'UserPoolChange',
    source: 'bus',
    region: 'home',
    description: 'Sign-in rules of the service were changed, a password set, or somebody let into the workforce, and no deploy did it.',
    pattern: {
      source: ['aws.cognito-idp'],
      detail: {
        $or: [
          {
            eventName: [
              'SetUserPoolMfaConfig', 'UpdateUserPool', 'DeleteUserPool', 'UpdateUserPoolClient', 'CreateUserPoolClient',
              'CreateIdentityProvider',
              'UpdateIdentityProvider', 'AdminSetUserPassword',
            ],
          },
          {
            eventName: ['AdminAddUserToGroup'],
            requestParameters: { groupName: [{ exists: false }, { 'anything-but': [OWN_RECORDS_GROUP] }] },
          },
        ],
      },
    },
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: ['response', 'deployment'],
    citations: ['164.312(d)', '164.308(a)(4)(ii)(C)'],
    fixtures: {
      match: [
        ...aws.calls('cognito-idp', 'SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient'),
        ...aws.calls('cognito-idp', 'CreateIdentityProvider', 'AdminSetUserPassword'),
        join('admin'),
        join('clinician'),
        join(undefined),
        aws.call('cognito-idp', 'UpdateUserPool', { userIdentity: aws.user }),
      ].map(onBus),
      miss: [
        join(OWN_RECORDS_GROUP),
        ...[aws.response, aws.deployment].map((userIdentity) => aws.call('cognito-idp', 'UpdateUserPool', { userIdentity })),
        ...aws.calls('cognito-idp', 'AdminCreateUser', 'AdminUserGlobalSignOut'),
      ].map(onBus),
    },
  };
}
