import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Types whose tags CloudFormation does not accept in every Region yet; none of them holds data. */
const REFUSE_TAGS = [
  'AWS::Config::ConformancePack',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::RDS::DBProxyTargetGroup',
];

/** Tags every resource below `scope` that accepts tags, unless something below sets the same key. */
export function tag(scope: IConstruct, key: string, value: string): void {
  Tags.of(scope).add(key, value, { excludeResourceTypes: REFUSE_TAGS });
}
