import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import { attributeOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt } from '../../model/read';
import { expectAttribute } from './load-balancers-are-strict';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

/** One year, in seconds: what browsers' preload lists ask for. */
const HSTS_SECONDS = 31_536_000;

/**
 * A listener has a certificate that renews itself, tells clients to come back over TLS only, and neither names its software nor opens it
 * to every page.
 */
export const listenersInsistOnTls: Check = {
  id: 'strength/listeners-insist-on-tls',
  claim:
    'every listener has a certificate of ACM, sends HSTS of a year or more with subdomains, listens on 443, hides its software, and ' +
    'answers no page of everybody’s',
  citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, [LISTENER, `${LISTENER}Certificate`], '164.312(e)(1)', (listener) => [
      ...certificates(environment, listener),
      ...(listener.type === LISTENER ? answers(listener) : []),
    ]),
};

/** What every answer of a listener says, and to whom. */
function answers(listener: Resource): readonly Fault[] {
  return [
    ...expectEqual(listener, 'Port', 443),
    ...hsts(attributeOf(listener, 'routing.http.response.strict_transport_security.header_value')),
    ...expectAttribute(listener, 'routing.http.response.server.enabled', 'false'),
    ...crossOrigin(attributeOf(listener, 'routing.http.response.access_control_allow_origin.header_value')),
  ];
}

/** Certificates of IAM do not renew themselves, and one of another account cannot be watched here. */
function certificates(environment: EnvironmentModel, listener: Resource): readonly Fault[] {
  const arns = recordsAt(listener, 'Certificates').map(({ CertificateArn }) => CertificateArn);
  const ours = new RegExp(`^arn:aws[\\w-]*:acm:[\\w-]+:${environment.place.account}:certificate/`);
  const fits = (arn: unknown): boolean =>
    environment.at(arn, 'AWS::CertificateManager::Certificate') !== undefined || (typeof arn === 'string' && ours.test(arn));
  return arns.length > 0 && arns.every(fits)
    ? []
    : [{ property: 'Certificates', value: arns, expected: 'certificates of ACM in this account' }];
}

/** Pages of any origin may read the answers then, with a token that they got hold of. */
function crossOrigin(value: string | undefined): readonly Fault[] {
  return value === undefined || /^https:\/\/[^*]+$/.test(value)
    ? []
    : [{ property: 'attribute access_control_allow_origin', value, expected: 'absent, or one https origin' }];
}

function hsts(value: string | undefined): readonly Fault[] {
  const seconds = Number(/max-age=(\d+)/.exec(value ?? '')?.[1] ?? 0);
  const fits = seconds >= HSTS_SECONDS && /;\s*includeSubDomains/i.test(value ?? '');
  return fits
    ? []
    : [{ property: 'attribute strict_transport_security', value, expected: `max-age of ${HSTS_SECONDS} or more with includeSubDomains` }];
}
