import { breakGlassRoleName, responseRoleNames } from '../shared/fixed-names';
import { CloudTrailEvents, onBus } from './cloudtrail-event';
import type { BusDetection, DetectionPlace } from './detection';

/**
 * Use of identities that can do anything, and the making of such: events of global services, which stand on the bus of us-east-1.
 * 164.312(a)(2)(i), (ii), 164.308(a)(4)(ii)(C).
 */
export function identityCalls(place: DetectionPlace): readonly BusDetection[] {
  return [identityChange(place), breakGlassUse(place), rootUse(place)];
}

function identityChange(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const [response = ''] = responseRoleNames(place.environment);
  const attach = (policy: string) => aws.call('iam', 'AttachRolePolicy', { requestParameters: { roleName: 'some', policyArn: policy } });
  const create = (roleName: string) => aws.call('iam', 'CreateRole', { requestParameters: { roleName } });
  return {
    id: 'IdentityChange',
    source: 'bus',
    region: 'homeAndUsEast1',
    description: 'A user or login was made, a second factor removed, a role opened, or somebody made mighty.',
    pattern: {
      source: ['aws.iam'],
      detail: {
        $or: [
          {
            eventName: [
              'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeactivateMFADevice', 'UpdateAssumeRolePolicy',
              // Nothing of this baseline has an inline policy, so any is of somebody else.
              'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'DeleteRolePermissionsBoundary',
            ],
          },
          {
            eventName: ['AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy'],
            requestParameters: {
              policyArn: ['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess'].map((name) => ({ suffix: `:aws:policy/${name}` })),
            },
          },
          // Whoever makes a role of such a name is left out of other detections from then on.
          { eventName: ['CreateRole'], requestParameters: { roleName: responseRoleNames(place.environment) } },
        ],
      },
    },
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: ['response'],
    citations: ['164.308(a)(4)(ii)(C)', '164.312(d)'],
    fixtures: {
      match: [
        ...aws.calls('iam', 'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile'),
        ...aws.calls('iam', 'DeactivateMFADevice', 'UpdateAssumeRolePolicy'),
        ...aws.calls('iam', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'DeleteRolePermissionsBoundary'),
        attach('arn:aws:iam::aws:policy/AdministratorAccess'),
        create(response),
        ...[aws.root, aws.user, aws.deployment].map((userIdentity) => aws.call('iam', 'CreateAccessKey', { userIdentity })),
      ].map(onBus),
      miss: [
        aws.call('iam', 'PutRolePolicy', { userIdentity: aws.response }),
        attach('arn:aws:iam::aws:policy/SecurityAudit'),
        attach(`arn:aws:iam::${place.account}:policy/AdministratorAccess`),
        create('some-other'),
        ...aws.calls('iam', 'ListUsers', 'TagRole'),
      ].map(onBus),
    },
  };
}

function breakGlassUse(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const role = breakGlassRoleName(place.environment);
  const switchTo = (name: string) => aws.call('signin', 'SwitchRole', { eventType: 'AwsConsoleSignIn', userIdentity: aws.asRole(name) });
  return {
    id: 'BreakGlassUse',
    source: 'bus',
    region: 'homeAndUsEast1',
    description: 'Somebody assumed the break-glass role, or tried to.',
    pattern: {
      source: ['aws.sts', 'aws.signin'],
      detail: {
        $or: [
          { eventName: ['AssumeRole'], requestParameters: { roleArn: [aws.roleArn(role)] } },
          { eventName: ['SwitchRole'], userIdentity: { sessionContext: { sessionIssuer: { arn: [aws.roleArn(role)] } } } },
        ],
      },
    },
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: [],
    citations: ['164.312(a)(2)(ii)'],
    fixtures: {
      match: [
        aws.assume(role),
        aws.assume(role, { errorCode: 'AccessDenied' }),
        aws.assume(role, { userIdentity: aws.root }),
        switchTo(role),
      ].map(onBus),
      miss: [
        aws.assume('operator'),
        aws.assume(`${role}-drill`),
        switchTo('operator'),
        aws.call('s3', 'GetObject', { userIdentity: aws.breakGlass }),
      ].map(onBus),
    },
  };
}

function rootUse(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const byRoot = (service: string, eventName: string, more: object = {}) =>
    aws.call(service, eventName, { userIdentity: aws.root, ...more });
  return {
    id: 'RootUse',
    source: 'bus',
    region: 'homeAndUsEast1',
    description: 'The root user signed in or changed something.',
    pattern: {
      source: [{ prefix: 'aws.' }],
      detail: {
        userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
        eventType: ['AwsApiCall', 'AwsConsoleSignIn', 'AwsConsoleAction'],
      },
    },
    severity: 'critical',
    tier: 'C',
    action: 'none',
    exempt: [],
    citations: ['164.312(a)(2)(i)'],
    fixtures: {
      match: [aws.signIn('Root', 'Yes', 'Success'), byRoot('kms', 'PutKeyPolicy'), byRoot('iam', 'CreateAccessKey')].map(onBus),
      miss: [
        // One visit to the console makes dozens of these; the alarm over the trail counts them.
        byRoot('iam', 'ListUsers', { readOnly: true }),
        byRoot('s3', 'CreateBucket', { userIdentity: { ...aws.root, invokedBy: 'support.amazonaws.com' } }),
        byRoot('iam', 'CreateServiceLinkedRole', { eventType: 'AwsServiceEvent' }),
        aws.call('iam', 'CreateUser', { userIdentity: { ...aws.user, userName: 'Root' } }),
      ].map(onBus),
    },
  };
}
