import { breakGlassRoleName, deploymentRoleName, responseRoleNames } from '../shared/fixed-names';
import type { DetectionPlace, Occurrence } from './detection';

/** Builds CloudTrail records and bus events of one account for fixtures, in the shape that AWS documents. */
export class CloudTrailEvents {
  constructor(private readonly place: DetectionPlace) {}

  /** A call of an API by an operator, unless `more` says otherwise. `service` is the first part of the event source. */
  call(service: string, eventName: string, more: Occurrence = {}): Occurrence {
    return {
      eventVersion: '1.11',
      userIdentity: this.asRole('operator'),
      eventTime: '2026-11-22T10:00:00Z',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: this.place.region,
      sourceIPAddress: '203.0.113.7',
      userAgent: 'aws-cli/2.31.0',
      eventType: 'AwsApiCall',
      managementEvent: true,
      readOnly: false,
      recipientAccountId: this.place.account,
      eventCategory: 'Management',
      ...more,
    };
  }

  /** Calls that differ in their name. */
  calls(service: string, ...eventNames: readonly string[]): readonly Occurrence[] {
    return eventNames.map((eventName) => this.call(service, eventName));
  }

  /** The name of an event in a place where it is only mentioned, such as the request that looked it up. */
  mention(eventName: string): Occurrence {
    return this.call('cloudtrail', 'LookupEvents', {
      readOnly: true,
      requestParameters: { lookupAttributes: [{ attributeKey: 'EventName', attributeValue: eventName }] },
    });
  }

  /** A sign-in to the console. */
  signIn(type: 'Root' | 'IAMUser' | 'AssumedRole', mfa: 'Yes' | 'No', result: 'Success' | 'Failure'): Occurrence {
    return this.call('signin', 'ConsoleLogin', {
      eventType: 'AwsConsoleSignIn',
      userIdentity: { type, accountId: this.place.account },
      additionalEventData: { MFAUsed: mfa },
      responseElements: { ConsoleLogin: result },
      ...(result === 'Failure' ? { errorMessage: 'Failed authentication' } : {}),
    });
  }

  /** A role of the account being assumed, or its name in a request to. */
  assume(roleName: string, more: Occurrence = {}): Occurrence {
    return this.call('sts', 'AssumeRole', { requestParameters: { roleArn: this.roleArn(roleName), roleSessionName: 'person' }, ...more });
  }

  /** A session of a role. */
  asRole(roleName: string, session = 'person'): Occurrence {
    const { account, partition } = this.place;
    return {
      type: 'AssumedRole',
      arn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${session}`,
      accountId: account,
      sessionContext: { sessionIssuer: { type: 'Role', arn: this.roleArn(roleName), accountId: account, userName: roleName } },
    };
  }

  /** CloudFormation, at a deploy. */
  get deployment(): Occurrence {
    const { account, region } = this.place;
    return { ...this.asRole(deploymentRoleName(account, region), 'AWSCloudFormation'), invokedBy: 'cloudformation.amazonaws.com' };
  }

  /** What contains an incident. */
  get response(): Occurrence {
    return this.asRole(responseRoleNames(this.place.environment)[0] ?? '', 'containment');
  }

  /** Whoever broke the glass. */
  get breakGlass(): Occurrence {
    return this.asRole(breakGlassRoleName(this.place.environment));
  }

  /** A user, who has no session and so no issuer of one. */
  get user(): Occurrence {
    const { account, partition } = this.place;
    return { type: 'IAMUser', arn: `arn:${partition}:iam::${account}:user/somebody`, accountId: account, userName: 'somebody' };
  }

  get root(): Occurrence {
    return { type: 'Root', arn: `arn:${this.place.partition}:iam::${this.place.account}:root`, accountId: this.place.account };
  }

  /** ARN of a role of the account. */
  roleArn(roleName: string): string {
    return `arn:${this.place.partition}:iam::${this.place.account}:role/${roleName}`;
  }
}

/** A CloudTrail record as EventBridge delivers it. */
export function onBus(record: Occurrence): Occurrence {
  const service = String(record['eventSource']).replace(/\.amazonaws\.com$/, '');
  const detailType = service === 'signin' ? 'AWS Console Sign In via CloudTrail' : 'AWS API Call via CloudTrail';
  return busEvent(`aws.${service}`, detailType, record);
}

/** An event of a service in the envelope of EventBridge. */
export function busEvent(source: string, detailType: string, detail: Occurrence): Occurrence {
  return {
    version: '0',
    id: '7e5f4d2c-0b1a-4c3d-9e8f-112233445566',
    'detail-type': detailType,
    source,
    account: detail['recipientAccountId'] ?? '111122223333',
    time: '2026-11-22T10:00:00Z',
    region: detail['awsRegion'] ?? 'us-east-1',
    resources: [],
    detail,
  };
}
