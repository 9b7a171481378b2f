import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { numberAt, textAt, textsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { identityOf } from '../../policy/identities';
import { covers, meet } from '../../policy/pattern';
import type { Statement } from '../../policy/statement';
import { rulesOf, type GroupRule } from '../network/group-rules';

const HTTPS = 443;

/** Something that is reached through security groups. */
interface Peer {
  readonly what: string;
  /** Its groups; undefined for what is reached by a list of addresses, as S3 through its gateway. */
  readonly groups: readonly string[] | undefined;
  readonly port: number;
}

/** An exporter that cannot reach its database exports nothing, and a rotation that cannot reach its keys rotates none: 164.312(b). */
export const functionsReachWhatTheyUse: Check = {
  id: 'liveness/functions-reach-what-they-use',
  claim:
    'the security groups of every function in a network, and of every proxy, let it through to its database, its endpoints and S3, ' +
    'on both sides',
  citations: ['164.312(b)', '164.308(a)(7)(ii)(C)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      [...environment.of('AWS::Lambda::Function').filter((each) => groupsOf(each).length > 0), ...environment.of('AWS::RDS::DBProxy')],
      '164.312(b)',
      (resource) =>
        peersOf(environment, resource)
          .filter((peer) => !isReached(environment, groupsOf(resource), peer))
          .map(toFault),
      'the templates hold no function in a network and no proxy',
    ),
};

function groupsOf(resource: Resource): readonly string[] {
  switch (resource.type) {
    case 'AWS::Lambda::Function':
      return textsAt(resource, 'VpcConfig.SecurityGroupIds');
    case 'AWS::RDS::DBProxy':
      return textsAt(resource, 'VpcSecurityGroupIds');
    case 'AWS::RDS::DBInstance':
      return textsAt(resource, 'VPCSecurityGroups');
    default:
      return textsAt(resource, 'SecurityGroupIds');
  }
}

function peersOf(environment: EnvironmentModel, resource: Resource): readonly Peer[] {
  return resource.type === 'AWS::RDS::DBProxy'
    ? environment
        .of('AWS::RDS::DBProxyTargetGroup')
        .filter((group) => environment.at(textAt(group, 'DBProxyName'), resource.type) === resource)
        .flatMap((group) => textsAt(group, 'DBInstanceIdentifiers').flatMap((id) => environment.at(id, 'AWS::RDS::DBInstance') ?? []))
        .map(toDatabasePeer)
    : [...databasesOf(environment, resource), ...endpointsOf(environment, resource), ...gatewayOf(environment, resource)];
}

/** Databases and proxies whose address a function is told. */
function databasesOf(environment: EnvironmentModel, lambda: Resource): readonly Peer[] {
  const variables = valueAt(lambda, 'Environment.Variables');
  return Object.values(isJson(variables) ? variables : {})
    .filter((value) => typeof value === 'string' && /\.Endpoint(?:\.Address)?\}$/.test(value))
    .flatMap((value) => environment.at(value) ?? [])
    .map(toDatabasePeer);
}

function toDatabasePeer(database: Resource): Peer {
  return { what: database.logicalId, groups: groupsOf(database), port: numberAt(database, 'Port') ?? 5_432 };
}

/** Endpoints of the services that a function's role may call. */
function endpointsOf(environment: EnvironmentModel, lambda: Resource): readonly Peer[] {
  const statements = identityOf(environment, valueAt(lambda, 'Role'))?.statements ?? [];
  // The key of its environment is Lambda's to use, before there is a function.
  const isCall = ({ effect, resources, conditions }: Statement): boolean =>
    effect === 'Allow' &&
    resources.some((each) => each !== textAt(lambda, 'KmsKeyArn')) &&
    !JSON.stringify(conditions).includes('kms:ViaService');
  const services = new Set(statements.filter(isCall).flatMap(({ actions }) => actions.map((action) => action.split(':')[0])));
  return environment
    .of('AWS::EC2::VPCEndpoint')
    .filter((endpoint) => groupsOf(endpoint).length > 0 && services.has(textAt(endpoint, 'ServiceName')?.split('.').at(-1)))
    .map((endpoint) => ({ what: endpoint.logicalId, groups: groupsOf(endpoint), port: HTTPS }));
}

/** S3, for whoever writes to the audit archive and whoever answers CloudFormation. A signed address is used by somebody else. */
function gatewayOf(environment: EnvironmentModel, lambda: Resource): readonly Peer[] {
  const statements = identityOf(environment, valueAt(lambda, 'Role'))?.statements ?? [];
  const objects = bucketsOf(environment, 'auditArchive').map((bucket) => `${environment.arnOf(bucket)}/*`);
  const writes = statements.some(
    ({ effect, actions, resources }) =>
      effect === 'Allow' &&
      actions.some((action) => covers(action, 's3:PutObject', true)) &&
      resources.some((each) => objects.some((any) => meet(each, any))),
  );
  return writes || answeringOf(environment).has(lambda) ? [{ what: 'S3', groups: undefined, port: HTTPS }] : [];
}

/** Functions behind custom resources. */
const answeringOf = once(
  (environment: EnvironmentModel): ReadonlySet<Resource | undefined> =>
    new Set(
      environment.all.filter(({ type }) => type.startsWith('Custom::')).map(({ properties }) => environment.at(properties['ServiceToken'])),
    ),
);

/** Groups are let through by one rule out of the caller and one into the peer. */
function isReached(environment: EnvironmentModel, callers: readonly string[], { groups, port }: Peer): boolean {
  const isOpen = ({ from, to }: GroupRule): boolean => (from ?? 0) <= port && port <= (to ?? 65_535);
  const out = rulesOf(environment, callers).filter((rule) => rule.direction === 'out' && isOpen(rule));
  if (!groups) return out.some(({ lists }) => lists.length > 0);
  const into = rulesOf(environment, groups).filter((rule) => rule.direction === 'in' && isOpen(rule));
  const leads = (rules: readonly GroupRule[], to: readonly string[]): boolean =>
    rules.some(({ peers }) => peers.some((peer) => to.includes(peer)));
  return leads(out, groups) && leads(into, callers);
}

function toFault({ what, port }: Peer): Fault {
  return { property: 'security groups', value: `let nothing through to ${what}`, expected: `a rule out and a rule in for port ${port}` };
}
