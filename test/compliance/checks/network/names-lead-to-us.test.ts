import { namesLeadToUs } from '../../../../lib/compliance/checks/network/names-lead-to-us';
import { environmentOf } from '../../../support/tiny-environment';

const ALIAS = { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] }, HostedZoneId: { 'Fn::GetAtt': ['Balancer', 'CanonicalHostedZoneID'] } };
const judged = (Properties: object, others: Parameters<typeof environmentOf>[0] = {}) =>
  namesLeadToUs.evaluate(
    environmentOf({
      Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
      Name: { Type: 'AWS::Route53::RecordSet', Properties: { Name: 'api.a.example', ...Properties } },
      ...others,
    }),
  ).state;
const certificate = (DomainName: string) => ({
  Certificate: {
    Type: 'AWS::CertificateManager::Certificate',
    Properties: { DomainName, DomainValidationOptions: [{ DomainName, HostedZoneId: 'Z1' }] },
  },
});

it('has nothing to say of records that lead nowhere', () => {
  expect(namesLeadToUs.evaluate(environmentOf({})).state).toBe('notApplicable');
  expect(judged({ Type: 'TXT', ResourceRecords: ['"v=spf1 -all"'] })).toBe('notApplicable');
});

it('takes an alias, and asks for its name only where the certificate is in the templates', () => {
  const alias = { Type: 'A', HostedZoneId: 'Z1', AliasTarget: ALIAS };
  expect(judged(alias)).toBe('met');
  expect(judged(alias, certificate('*.a.example'))).toBe('met');
  expect(judged(alias, certificate('b.example'))).toBe('unmet');
  expect(judged({ ...alias, HostedZoneId: 'Z2' }, certificate('api.a.example'))).toBe('unmet');
});

it('refuses a record of no type with an address', () => {
  expect(judged({ ResourceRecords: ['192.0.2.1'] })).toBe('unmet');
});
