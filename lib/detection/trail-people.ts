import { breakGlassRoleName } from '../shared/fixed-names';
import { CloudTrailEvents } from './cloudtrail-event';
import type { DetectionPlace, TrailDetection } from './detection';

/** Who is at work, and how they got in: in every Region, and with no exemption. 164.312(a)(2)(i), (ii), (d), 164.308(a)(5)(ii)(C). */
export function peopleDetections(place: DetectionPlace): readonly TrailDetection[] {
  const aws = new CloudTrailEvents(place);
  const breakGlass = breakGlassRoleName(place.environment);
  return [
    {
      id: 'BreakGlassUse',
      source: 'trail',
      region: 'every',
      description: 'Somebody assumed the break-glass role, or did something as it.',
      // The second half sees a session however it began; a switch of role in the console may leave no AssumeRole here.
      pattern:
        `{ (($.eventName = "AssumeRole") && ($.requestParameters.roleArn = "*:role/${breakGlass}")) || ` +
        `($.userIdentity.sessionContext.sessionIssuer.userName = "${breakGlass}") }`,
      threshold: 1,
      severity: 'high',
      citations: ['164.312(a)(2)(ii)'],
      tell: 'bothOfficers',
      fixtures: {
        match: [
          aws.assume(breakGlass),
          aws.assume(breakGlass, { errorCode: 'AccessDenied' }),
          aws.call('s3', 'GetObject', { userIdentity: aws.breakGlass }),
        ],
        miss: [
          aws.assume('operator'),
          aws.assume(`${breakGlass}-drill`),
          aws.call('iam', 'GetRole', { requestParameters: { roleName: breakGlass } }),
        ],
      },
    },
    {
      id: 'RootUse',
      source: 'trail',
      region: 'every',
      description: 'The root user did something.',
      pattern: '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
      threshold: 1,
      severity: 'critical',
      citations: ['164.312(a)(2)(i)'],
      tell: 'securityOfficer',
      fixtures: {
        match: [aws.call('iam', 'ListUsers', { userIdentity: aws.root, readOnly: true }), aws.signIn('Root', 'Yes', 'Success')],
        miss: [
          aws.call('s3', 'CreateBucket', { userIdentity: { ...aws.root, invokedBy: 'support.amazonaws.com' } }),
          aws.call('iam', 'ListUsers', { userIdentity: aws.root, eventType: 'AwsServiceEvent' }),
          aws.call('iam', 'ListUsers', { userIdentity: { ...aws.user, userName: 'Root' } }),
        ],
      },
    },
    {
      id: 'ConsoleSignInWithoutMfa',
      source: 'trail',
      region: 'every',
      description: 'An IAM user signed in to the console without MFA.',
      pattern:
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ' +
        '($.responseElements.ConsoleLogin = "Success") }',
      threshold: 1,
      severity: 'critical',
      citations: ['164.312(d)'],
      tell: 'securityOfficer',
      fixtures: {
        match: [aws.signIn('IAMUser', 'No', 'Success')],
        miss: [aws.signIn('IAMUser', 'Yes', 'Success'), aws.signIn('IAMUser', 'No', 'Failure'), aws.signIn('AssumedRole', 'No', 'Success')],
      },
    },
    {
      id: 'ConsoleSignInFailures',
      source: 'trail',
      region: 'every',
      description: 'Five failed console sign-ins in five minutes.',
      pattern: '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
      threshold: 5,
      severity: 'high',
      citations: ['164.308(a)(5)(ii)(C)'],
      tell: 'securityOfficer',
      fixtures: {
        match: [aws.signIn('IAMUser', 'No', 'Failure')],
        miss: [aws.signIn('IAMUser', 'Yes', 'Success'), aws.call('sts', 'AssumeRole', { errorMessage: 'Failed authentication' })],
      },
    },
    {
      id: 'DeniedCalls',
      source: 'trail',
      region: 'every',
      description: 'Twenty denied API calls in five minutes.',
      pattern: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
      threshold: 20,
      severity: 'medium',
      citations: ['164.308(a)(1)(ii)(D)'],
      tell: 'securityOfficer',
      fixtures: {
        match: [
          aws.call('kms', 'Decrypt', { errorCode: 'AccessDenied' }),
          aws.call('kms', 'Decrypt', { errorCode: 'AccessDeniedException' }),
          aws.call('ec2', 'RunInstances', { errorCode: 'Client.UnauthorizedOperation' }),
        ],
        miss: [aws.call('ec2', 'RunInstances'), aws.call('ec2', 'RunInstances', { errorCode: 'Client.RequestLimitExceeded' })],
      },
    },
  ];
}
