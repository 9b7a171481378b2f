import type { WeakeningGroup } from '../../support/weakening';

/** Buckets, keys, log groups, topics, queues and parameters. */
export const STORAGE_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::Logs::LogGroup', 'AWS::SSM::Parameter'],
  rows: [],
  neutral: [],
};
