import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { attributeOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, textAt } from '../../model/read';
import { decide } from '../../policy/evaluate';
import { identityOf, may } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';
import { lets, type ServiceCall } from '../../policy/service-calls';
import { bucketOfFlowLog } from './delivered-logs';
import { LOAD_BALANCER_ACCOUNTS } from './load-balancer-accounts';

/** One delivery of logs to a bucket, and the calls that it is made of. */
interface Delivery {
  readonly from: Resource;
  readonly property: string;
  readonly to: Resource | undefined;
  readonly calls: readonly ServiceCall[];
  /** Account of AWS, or role, that may stand in for the service. */
  readonly account?: string | undefined;
  readonly role?: unknown;
}

const OWNED = { 's3:x-amz-acl': 'bucket-owner-full-control' };

/**
 * Logs that are refused by their bucket are lost in silence, or stop the deployment: every delivery is tried on the bucket's policy, as
 * the service makes it, without a header for encryption.
 */
export const logsReachTheirBuckets: Check = {
  id: 'deploy/logs-reach-their-buckets',
  claim: 'every bucket that logs are delivered to lets the service of that log in, stands in the same Region, and is not its own source',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const deliveries = deliveriesOf(environment);
    const sources = [...new Set(deliveries.map(({ from }) => from))];
    return judgeEach(
      sources,
      '164.312(b)',
      (from) => deliveries.filter((each) => each.from === from).flatMap((each) => faultsOf(environment, each)),
      'nothing delivers logs to a bucket',
    );
  },
};

function deliveriesOf(environment: EnvironmentModel): readonly Delivery[] {
  return [
    ...environment.of('AWS::CloudTrail::Trail').map((each) => ofTrail(environment, each)),
    ...environment
      .of('AWS::S3::Bucket')
      .filter((each) => textAt(each, 'LoggingConfiguration.DestinationBucketName') !== undefined)
      .map((each) => ofBucket(environment, each)),
    ...environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((each) => ofLoadBalancer(environment, each)),
    ...environment
      .of('AWS::EC2::FlowLog')
      .filter((each) => textAt(each, 'LogDestinationType') === 's3')
      .map((each) => ofFlowLog(environment, each)),
    ...environment.of('AWS::Config::DeliveryChannel').map((each) => ofChannel(environment, each)),
  ];
}

const below = (prefix: string | undefined): string => `/${[prefix, 'AWSLogs'].filter(Boolean).join('/')}`;

function ofTrail(environment: EnvironmentModel, from: Resource): Delivery {
  const path = `${below(textAt(from, 'S3KeyPrefix'))}/${environment.place.account}/CloudTrail/file`;
  const by = { service: 'cloudtrail.amazonaws.com', source: environment.arnOf(from) };
  const calls = [
    { ...by, action: 's3:GetBucketAcl' },
    { ...by, action: 's3:PutObject', path, context: OWNED },
  ];
  return { from, property: 'S3BucketName', to: environment.at(textAt(from, 'S3BucketName'), 'AWS::S3::Bucket'), calls };
}

function ofBucket(environment: EnvironmentModel, from: Resource): Delivery {
  const path = `/${textAt(from, 'LoggingConfiguration.LogFilePrefix') ?? ''}file`;
  const calls = [{ service: 'logging.s3.amazonaws.com', source: environment.arnOf(from), action: 's3:PutObject', path }];
  const property = 'LoggingConfiguration.DestinationBucketName';
  return { from, property, to: environment.at(textAt(from, property), 'AWS::S3::Bucket'), calls };
}

function ofLoadBalancer(environment: EnvironmentModel, from: Resource): readonly Delivery[] {
  return ['access_logs', 'connection_logs', 'health_check_logs'].flatMap((kind): Delivery[] => {
    if (attributeOf(from, `${kind}.s3.enabled`) !== 'true') return [];
    const path = `${below(attributeOf(from, `${kind}.s3.prefix`))}/${environment.place.account}/elasticloadbalancing/file`;
    const source = `arn:aws:elasticloadbalancing:${from.region}:${environment.place.account}:loadbalancer/app/file`;
    const calls = [{ service: 'logdelivery.elasticloadbalancing.amazonaws.com', source, action: 's3:PutObject', path, context: OWNED }];
    const to = environment.at(attributeOf(from, `${kind}.s3.bucket`), 'AWS::S3::Bucket');
    return [{ from, property: `LoadBalancerAttributes ${kind}.s3.bucket`, to, calls, account: LOAD_BALANCER_ACCOUNTS[from.region] }];
  });
}

function ofFlowLog(environment: EnvironmentModel, from: Resource): Delivery {
  const prefix = textAt(from, 'LogDestination')?.split('/').slice(1).filter(Boolean).join('/');
  const by = { service: 'delivery.logs.amazonaws.com', source: `arn:aws:logs:${from.region}:${environment.place.account}:delivery` };
  const path = flagAt(from, 'DestinationOptions.HiveCompatiblePartitions') === true ? '/aws-account-id=' : '/';
  const calls = [
    { ...by, action: 's3:GetBucketAcl' },
    { ...by, action: 's3:PutObject', path: `${below(prefix)}${path}${environment.place.account}/vpcflowlogs/file`, context: OWNED },
  ];
  return { from, property: 'LogDestination', to: bucketOfFlowLog(environment, from), calls };
}

/** The recorder delivers as itself where it has a role of its own, else as the service. */
function ofChannel(environment: EnvironmentModel, from: Resource): Delivery {
  const path = `${below(textAt(from, 'S3KeyPrefix'))}/${environment.place.account}/Config/file`;
  const by = { service: 'config.amazonaws.com', source: `arn:aws:config:${from.region}:${environment.place.account}:channel` };
  const calls = [
    { ...by, action: 's3:GetBucketAcl' },
    { ...by, action: 's3:PutObject', path, context: OWNED },
  ];
  const role = environment.of('AWS::Config::ConfigurationRecorder').map((recorder) => textAt(recorder, 'RoleARN'))[0];
  return { from, property: 'S3BucketName', to: environment.at(textAt(from, 'S3BucketName'), 'AWS::S3::Bucket'), calls, role };
}

function faultsOf(environment: EnvironmentModel, delivery: Delivery): readonly Fault[] {
  const { from, property, to, calls } = delivery;
  if (!to) return [{ property, value: undefined, expected: 'a bucket of these templates' }];
  const uncertain = policyOf(environment, to).filter(({ notPrincipal, notActions }) => notPrincipal !== undefined || notActions.length > 0);
  return [
    ...calls
      .filter((call) => !isLetIn(environment, to, call, delivery))
      .map(({ service, action }): Fault => ({
        property,
        value: `${to.logicalId} does not let ${service} ${action}`,
        expected: 'a statement of the bucket policy for it',
      })),
    ...uncertain.map(({ label }): Fault => ({
      property,
      value: `the policy of ${to.logicalId} has NotPrincipal or NotAction in ${label}`,
      expected: 'conditions instead: AWS cannot complete such a policy',
    })),
    ...(to.region === from.region ? [] : [{ property, value: to.region, expected: `a bucket in ${from.region}` }]),
    ...(to === from ? [{ property, value: to.logicalId, expected: 'another bucket: this one would log its own logs' }] : []),
  ];
}

function isLetIn(environment: EnvironmentModel, to: Resource, call: ServiceCall, { account, role }: Delivery): boolean {
  if (lets(environment, to, call)) return true;
  const { action, path = '', context } = call;
  const resource = `${environment.arnOf(to)}${path}`;
  const identity = identityOf(environment, role);
  const full = { action, resource, context: { ...context, 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' } };
  const policy = policyOf(environment, to);
  if (identity && may(environment, identity, full))
    return decide(policy, { ...full, by: { kind: 'identity', arn: identity.arn, account: environment.place.account } }) !== 'denied';
  return (
    account !== undefined &&
    decide(policy, { ...full, by: { kind: 'identity', arn: `arn:aws:iam::${account}:root`, account } }) === 'allowed'
  );
}
