import type { Check } from '../../check';
import { expectEqual, expectOneOf, judgeTypes } from '../../judge';

/** Policies that offer TLS 1.2 and 1.3 with forward secrecy, or 1.3 alone. */
export const TLS_POLICIES: readonly string[] = [
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-2021-06',
  'ELBSecurityPolicy-TLS13-1-3-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09',
];

/** Every listener speaks TLS 1.2 or newer: by its protocol and policy, not by its name or port. */
export const edgeSpeaksTls: Check = {
  id: 'hard/edge-speaks-tls',
  claim: 'every listener is HTTPS with a policy of TLS 1.2 or newer',
  citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::Listener'], '164.312(e)(1)', (listener) => [
      ...expectEqual(listener, 'Protocol', 'HTTPS'),
      ...expectOneOf(listener, 'SslPolicy', TLS_POLICIES),
    ]),
};
