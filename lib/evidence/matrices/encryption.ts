import { dataClassOf } from '../../compliance/kinds';
import type { EnvironmentModel, Resource } from '../../compliance/model/environment';
import { valueAt } from '../../compliance/model/read';
import { algorithmOf, keyNamed, KEY_USES, type KeyUse } from '../keys-of';
import type { Matrix } from '../matrix';
import { refusalOf } from '../refusal-of';
import { toldOrNone } from '../told';

/** What is encrypted with what, at rest and on the way: 164.312(a)(2)(iv), 164.312(e)(2)(ii). */
export const encryptionMatrix: Matrix = {
  name: 'encryption',
  title: 'Encryption: each store and each hop, with its key or protocol',
  columns: ['where', 'resource', 'type', 'classification', 'what', 'mechanism', 'key', 'citation', 'designation', 'decision'],
  rowsOf: (environment) => [
    ...Object.entries(KEY_USES).flatMap(([type, uses]) =>
      environment.of(type).flatMap((resource) => uses.flatMap((use) => atRest(environment, resource, use))),
    ),
    ...HOPS.flatMap(({ type, what, property }) =>
      environment.of(type).map((resource) =>
        onTheWay(
          resource,
          what,
          toldOrNone(() => property(resource)),
        ),
      ),
    ),
    ...environment.of('AWS::S3::Bucket').map((bucket) => onTheWay(bucket, 'requests to the bucket', refusalOf(environment, bucket))),
  ],
};

type Row = readonly string[];

function atRest(environment: EnvironmentModel, resource: Resource, { property, what }: KeyUse): readonly Row[] {
  const key = keyNamed(environment, resource, property);
  const algorithm = algorithmOf(resource);
  const mechanism = key !== '' ? 'AWS KMS, AES-256' : algorithm !== '' ? `S3${algorithm}` : 'no customer key named';
  return [row('at rest', resource, what, mechanism, key, '164.312(a)(2)(iv)')];
}

/** Types that say how a connection to them is protected. */
const HOPS: readonly { readonly type: string; readonly what: string; readonly property: (resource: Resource) => unknown }[] = [
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    what: 'connections of clients',
    property: (listener) => [valueAt(listener, 'Protocol'), valueAt(listener, 'SslPolicy')].filter(Boolean).join(', '),
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    what: 'requests to its targets',
    property: (group) => (valueAt(group, 'TargetType') === 'lambda' ? 'a call of the Lambda API, HTTPS' : valueAt(group, 'Protocol')),
  },
  { type: 'AWS::RDS::DBProxy', what: 'connections of functions', property: (proxy) => flag('TLS required', valueAt(proxy, 'RequireTLS')) },
  {
    type: 'AWS::RDS::DBParameterGroup',
    what: 'connections to the database',
    property: ({ properties: { Parameters: parameters } }) => {
      const all = parameters as Readonly<Record<string, unknown>> | undefined;
      const least = all?.['ssl_min_protocol_version'];
      return flag('TLS required', all?.['rds.force_ssl'] === '1') + (typeof least === 'string' ? `, ${least} or later` : '');
    },
  },
];

function flag(words: string, value: unknown): string {
  return `${words}: ${String(value) === 'true' ? 'yes' : 'no'}`;
}

function onTheWay(resource: Resource, what: string, mechanism: string): Row {
  return row('on the way', resource, what, mechanism, '', '164.312(e)(2)(ii)');
}

function row(where: string, resource: Resource, what: string, mechanism: string, key: string, citation: string): Row {
  const isThere = mechanism !== '' && mechanism !== 'no customer key named' && !mechanism.endsWith(': no');
  const decision = isThere ? 'implemented' : 'none in the template';
  const classification = toldOrNone(() => dataClassOf(resource));
  return [where, resource.name, resource.type, classification, what, mechanism, key, citation, 'addressable', decision];
}
