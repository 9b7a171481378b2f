import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import { attributeOf } from '../../kinds';
import { recordsAt } from '../../model/read';
import { expectAttribute } from './load-balancers-are-strict';

/** One year, in seconds: what browsers' preload lists ask for. */
const HSTS_SECONDS = 31_536_000;

/** A listener has a certificate, tells clients to come back over TLS only, and does not name its software. */
export const listenersInsistOnTls: Check = {
  id: 'strength/listeners-insist-on-tls',
  claim: 'every listener has a certificate, sends HSTS of a year or more with subdomains, listens on 443, and hides its software',
  citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::Listener'], '164.312(e)(1)', (listener) => [
      ...(recordsAt(listener, 'Certificates').some(({ CertificateArn }) => typeof CertificateArn === 'string')
        ? []
        : [{ property: 'Certificates', value: undefined, expected: 'a certificate' }]),
      ...expectEqual(listener, 'Port', 443),
      ...hsts(attributeOf(listener, 'routing.http.response.strict_transport_security.header_value')),
      ...expectAttribute(listener, 'routing.http.response.server.enabled', 'false'),
    ]),
};

function hsts(value: string | undefined): readonly Fault[] {
  const seconds = Number(/max-age=(\d+)/.exec(value ?? '')?.[1] ?? 0);
  const fits = seconds >= HSTS_SECONDS && /;\s*includeSubDomains/i.test(value ?? '');
  return fits ? [] : [{ property: 'attribute strict_transport_security', value, expected: `max-age of ${HSTS_SECONDS} or more with includeSubDomains` }];
}
