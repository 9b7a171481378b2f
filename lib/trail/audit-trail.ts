import { Stack } from 'aws-cdk-lib';
import type { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { InsightType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EventSelector, ExpectedTrail } from '../../lambda/trail-guardian/contract';
import type { EnvironmentName } from '../config/environment';
import { classify } from '../shared/data-class';
import { auditTrailName, TRAIL_FOLDER } from '../shared/fixed-names';
import { KeyedLogGroup } from '../shared/keyed-log-group';
import { ServiceRole } from '../shared/service-role';

/** What the trail reads and writes. */
export interface AuditTrailProps {
  readonly environment: EnvironmentName;
  /** The locked archive. Its key must allow CloudTrail. */
  readonly archive: IBucket;
  /** Receives only access logs; recording those writes would make every one of them cause another. */
  readonly accessLogBucket: IBucket;
  readonly trailKey: IKey;
  readonly logsKey: IKey;
}

/**
 * One multi-Region trail with validated log files: every management event, every access to an object that is not itself a
 * log, every deletion or reading of a log, every invocation of a function. 164.312(b), 164.308(a)(1)(ii)(D).
 *
 * A new bucket or function is covered from its first day, since selectors leave out rather than list.
 */
export class AuditTrail extends Construct {
  /** Everything the trail records, again, for metric filters. */
  readonly logGroup: ILogGroup;
  /** What the live trail is held against: the trail is made of it, so that the two cannot differ. */
  readonly expected: ExpectedTrail;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const events = new KeyedLogGroup(this, 'Events', { dataClass: 'audit', key: props.logsKey });
    this.logGroup = events.logGroup;
    const delivery = new ServiceRole(this, 'Delivery', {
      // Without a source condition, which CloudTrail is not documented to send here; only this account can pass the role.
      assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com'),
      description: 'CloudTrail writes management events to its log group.',
    });
    const { account, region } = Stack.of(this);
    const insightTypes = [InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE];
    this.expected = {
      name: auditTrailName(props.environment),
      account,
      homeRegion: region,
      bucket: props.archive.bucketName,
      prefix: TRAIL_FOLDER,
      keyArn: props.trailKey.keyArn,
      logGroupArn: events.logGroup.logGroupArn,
      logRoleArn: delivery.role.roleArn,
      isMultiRegion: true,
      hasGlobalEvents: true,
      isValidated: true,
      eventSelectors: eventSelectors(props.archive, props.accessLogBucket),
      insights: insightTypes.map(({ value }) => value),
    };
    const trail = new Trail(this, 'Trail', {
      trailName: this.expected.name,
      bucket: props.archive,
      s3KeyPrefix: this.expected.prefix,
      encryptionKey: props.trailKey,
      isMultiRegionTrail: this.expected.isMultiRegion,
      includeGlobalServiceEvents: this.expected.hasGlobalEvents,
      enableFileValidation: this.expected.isValidated,
      insightTypes,
    });

    const resource = trail.node.defaultChild as CfnTrail;
    // L1 only: the L2 attaches an inline policy to a role of its own, and knows only basic selectors.
    resource.cloudWatchLogsLogGroupArn = this.expected.logGroupArn;
    resource.cloudWatchLogsRoleArn = this.expected.logRoleArn;
    resource.addPropertyDeletionOverride('EventSelectors');
    resource.advancedEventSelectors = this.expected.eventSelectors.map(toProperty);
    classify(trail, 'audit');

    events.grantWrite(delivery.policy);
    delivery.completeBefore(trail);
  }
}

/** The L1 spells operators in its own way. */
function toProperty({ Name, FieldSelectors }: EventSelector): CfnTrail.AdvancedEventSelectorProperty {
  const lists = (values: readonly string[] | undefined): string[] | undefined => values && [...values];
  return {
    name: Name,
    fieldSelectors: FieldSelectors.map((of) => ({
      field: of.Field,
      equalTo: lists(of.Equals),
      notEquals: lists(of.NotEquals),
      startsWith: lists(of.StartsWith),
      notStartsWith: lists(of.NotStartsWith),
      endsWith: lists(of.EndsWith),
      notEndsWith: lists(of.NotEndsWith),
    })),
  };
}

function eventSelectors(archive: IBucket, accessLogBucket: IBucket): EventSelector[] {
  const allObjects = (bucket: IBucket): string => `${bucket.bucketArn}/`;
  return [
    {
      // With advanced selectors, management events stop unless they are selected.
      Name: 'Management events',
      FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
    },
    {
      Name: 'Objects of every bucket that is not fed by this trail',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'resources.ARN', NotStartsWith: [allObjects(archive), allObjects(accessLogBucket)] },
      ],
    },
    {
      Name: 'The archive itself, except its own deliveries',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'resources.ARN', StartsWith: [allObjects(archive), allObjects(accessLogBucket)] },
        { Field: 'eventName', NotEquals: ['PutObject'] },
      ],
    },
    {
      Name: 'Every function invocation',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::Lambda::Function'] },
      ],
    },
  ];
}
