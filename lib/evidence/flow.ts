import type { DiagramEdge } from '../compliance/diagram-mermaid';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { valueAt } from '../compliance/model/read';
import { keyOfResource } from './keys-of';
import { refusalOf } from './refusal-of';
import { told, toldOrNone } from './told';

/** How something travels along an arrow, and where that is to be seen: 164.312(e)(1), 164.312(e)(2)(ii). */
export interface Flow {
  /** TCP port; undefined where there is no connection of its own. */
  readonly port: number | undefined;
  readonly protocol: string;
  /** The same in at most ten letters. */
  readonly short: string;
  /** `no hop`: it stays inside one service of AWS. */
  readonly encrypted: 'yes' | 'no' | 'no hop';
  /** A property of a template as it is, or what AWS says of its service. */
  readonly evidence: string;
}

type FlowOf = (edge: Ends) => Flow;

interface Ends {
  readonly environment: EnvironmentModel;
  readonly edge: DiagramEdge;
  readonly from: Resource | undefined;
  readonly to: Resource | undefined;
}

/** How an arrow's end is reached, by its type: what is reached decides what it takes. Anything else is an API of AWS. */
const BY_TARGET: Readonly<Record<string, FlowOf>> = {
  'AWS::RDS::DBProxy': ({ to, edge }) => postgres(edge, ...property(to, 'RequireTLS', 'true')),
  'AWS::RDS::DBInstance': ({ environment, to, edge }) => {
    const group = environment.at(to?.properties['DBParameterGroupName'], 'AWS::RDS::DBParameterGroup');
    // The name of the parameter has a dot in it, so that no path leads to it.
    const parameters = told(() => group && valueAt(group, 'Parameters'));
    const isForced = /"rds\.force_ssl":"?1\b/.test(parameters);
    return postgres(edge, isForced, `${group?.name ?? 'no parameter group'} rds.force_ssl: ${isForced ? '1' : 'not 1'}`);
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (ends) => (ends.from ? inside('the load balancer') : ofListener(ends)),
  'AWS::Lambda::Function': () => api('AWS: a load balancer calls a function by the Lambda API alone'),
  'AWS::EC2::VPCEndpoint': ({ to, edge }) => {
    const port = portOf(edge);
    const service = told(() => to && valueAt(to, 'ServiceName'));
    return { ...api(`${edge.label} is all that the group opens towards ${service}`), port, encrypted: port === 443 ? 'yes' : 'no' };
  },
  'AWS::S3::Bucket': ({ environment, to }) => {
    const refused = toldOrNone(() => to && refusalOf(environment, to));
    const isRefused = refused.includes('without TLS');
    return { ...api(`${to?.name ?? 'buckets'} policy: ${refused || 'refuses nothing'}`), encrypted: isRefused ? 'yes' : 'no' };
  },
  'AWS::KMS::Key': (ends) => (ends.edge.label === '' ? atRest(ends) : api(AWS_API)),
  'AWS::Backup::BackupVault': ({ environment, to }) => {
    const key = to && keyOfResource(environment, to);
    const evidence = `${to?.name ?? 'no vault'} EncryptionKeyArn: ${key ?? 'none'}`;
    const isKeyed = to?.properties['EncryptionKeyArn'] !== undefined;
    return { port: undefined, protocol: 'copy by AWS Backup', short: 'AES-256', encrypted: isKeyed ? 'yes' : 'no', evidence };
  },
  'AWS::CloudWatch::Alarm': () => inside('CloudWatch'),
  'AWS::Events::Rule': () => inside('EventBridge'),
};

const AWS_API = 'AWS: its APIs take TLS 1.2 or later alone';

/** How something travels along an arrow of a picture. What cannot be read is not taken for encrypted. */
export function flowOf(environment: EnvironmentModel, edge: DiagramEdge): Flow {
  const of = ({ stack, logicalId }: DiagramEdge['from']): Resource | undefined =>
    environment.all.find((each) => each.logicalId === logicalId && each.stack.slice(each.stack.indexOf('-') + 1) === stack);
  const ends = { environment, edge, from: of(edge.from), to: of(edge.to) };
  if (edge.to.stack !== undefined) return BY_TARGET[edge.to.type ?? '']?.(ends) ?? api(AWS_API);
  return edge.label === 'email' ? mail() : atRest(ends);
}

function postgres(edge: DiagramEdge, isEncrypted: boolean, evidence: string): Flow {
  const protocol = isEncrypted ? 'PostgreSQL over TLS' : 'PostgreSQL, TLS not insisted on';
  return { port: portOf(edge), protocol, short: isEncrypted ? 'TLS' : 'plain', encrypted: isEncrypted ? 'yes' : 'no', evidence };
}

function ofListener({ environment, edge, to }: Ends): Flow {
  const listeners = environment
    .of('AWS::ElasticLoadBalancingV2::Listener')
    .filter((each) => environment.at(each.properties['LoadBalancerArn']) === to);
  const isEncrypted = listeners.length > 0 && listeners.every((each) => each.properties['Protocol'] === 'HTTPS');
  const evidence = listeners.map((each) => `${each.name} SslPolicy: ${told(() => valueAt(each, 'SslPolicy'))}`).join('; ');
  const protocol = [...new Set(listeners.map((each) => told(() => valueAt(each, 'Protocol'))))].join(', ');
  return { port: portOf(edge), protocol, short: protocol, encrypted: isEncrypted ? 'yes' : 'no', evidence: evidence || 'no listener' };
}

function api(evidence: string): Flow {
  return { port: 443, protocol: 'HTTPS', short: 'HTTPS', encrypted: 'yes', evidence };
}

function inside(service: string): Flow {
  const protocol = `inside ${service}`;
  return { port: undefined, protocol, short: 'inside', encrypted: 'no hop', evidence: `AWS: it stays ${protocol}` };
}

/** SNS hands a message to the mail server of the receiver, which decides. */
function mail(): Flow {
  return { port: 25, protocol: 'e-mail', short: 'e-mail', encrypted: 'no', evidence: 'AWS: SNS insists on no TLS towards the mail server' };
}

/** An arrow without words in the picture of keys: what is encrypted, and under what. */
function atRest({ edge, from }: Ends): Flow {
  const whose = from?.name ?? edge.from.lines.join(', ');
  const evidence = `${whose} names ${edge.to.lines[0]}`;
  return { port: undefined, protocol: 'AES-256 at rest', short: 'AES-256', encrypted: 'yes', evidence };
}

function property(resource: Resource | undefined, path: string, expected: string): readonly [boolean, string] {
  const value = told(() => resource && valueAt(resource, path));
  return [value === expected, `${resource?.name ?? 'no resource'} ${path}: ${value}`];
}

/** Port of a rule of a security group, as the picture names it. */
function portOf({ label }: DiagramEdge): number | undefined {
  const port = /^TCP (\d+)$/.exec(label)?.[1];
  return port === undefined ? undefined : Number(port);
}
