import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** The bucket that a flow log is delivered to; undefined when it goes elsewhere. */
export function bucketOfFlowLog(environment: EnvironmentModel, flow: Resource): Resource | undefined {
  return environment.at(textAt(flow, 'LogDestination')?.split('/')[0], 'AWS::S3::Bucket');
}
