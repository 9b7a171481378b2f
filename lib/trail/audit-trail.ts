import type { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { InsightType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import { classify } from '../shared/data-class';
import { auditTrailName } from '../shared/fixed-names';
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

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const events = new KeyedLogGroup(this, 'Events', { dataClass: 'audit', key: props.logsKey });
    this.logGroup = events.logGroup;
    const delivery = new ServiceRole(this, 'Delivery', {
      // Without a source condition, which CloudTrail is not documented to send here; only this account can pass the role.
      assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com'),
      description: 'CloudTrail writes management events to its log group.',
    });
    const trail = new Trail(this, 'Trail', {
      trailName: auditTrailName(props.environment),
      bucket: props.archive,
      s3KeyPrefix: 'cloudtrail',
      encryptionKey: props.trailKey,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableFileValidation: true,
      insightTypes: [InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE],
    });

    const resource = trail.node.defaultChild as CfnTrail;
    // L1 only: the L2 attaches an inline policy to a role of its own, and knows only basic selectors.
    resource.cloudWatchLogsLogGroupArn = events.logGroup.logGroupArn;
    resource.cloudWatchLogsRoleArn = delivery.role.roleArn;
    resource.addPropertyDeletionOverride('EventSelectors');
    resource.advancedEventSelectors = eventSelectors(props.archive, props.accessLogBucket);
    classify(trail, 'audit');

    events.grantWrite(delivery.policy);
    delivery.completeBefore(trail);
  }
}

function eventSelectors(archive: IBucket, accessLogBucket: IBucket): CfnTrail.AdvancedEventSelectorProperty[] {
  const allObjects = (bucket: IBucket): string => `${bucket.bucketArn}/`;
  return [
    {
      // With advanced selectors, management events stop unless they are selected.
      name: 'Management events',
      fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }],
    },
    {
      name: 'Objects of every bucket that is not fed by this trail',
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
        { field: 'resources.ARN', notStartsWith: [allObjects(archive), allObjects(accessLogBucket)] },
      ],
    },
    {
      name: 'The archive itself, except its own deliveries',
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
        { field: 'resources.ARN', startsWith: [allObjects(archive), allObjects(accessLogBucket)] },
        { field: 'eventName', notEquals: ['PutObject'] },
      ],
    },
    {
      name: 'Every function invocation',
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: ['AWS::Lambda::Function'] },
      ],
    },
  ];
}
