import { certificatesRenewThemselves } from '../../../../lib/compliance/checks/network/certificates-renew-themselves';
import { environmentOf } from '../../../support/tiny-environment';

const zone = (DomainName: string) => ({ DomainName, HostedZoneId: 'Z1' });
const judged = (Properties: object) =>
  certificatesRenewThemselves.evaluate(
    environmentOf({
      Certificate: { Type: 'AWS::CertificateManager::Certificate', Properties: { ValidationMethod: 'DNS', ...Properties } },
    }),
  ).state;

it('has nothing to say where there is no certificate', () => {
  expect(certificatesRenewThemselves.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('asks for a zone for each name', () => {
  const names = { DomainName: 'a.example', SubjectAlternativeNames: ['b.example'] };
  expect(judged({ ...names, DomainValidationOptions: [zone('a.example'), zone('b.example')] })).toBe('met');
  expect(judged({ ...names, DomainValidationOptions: [zone('a.example')] })).toBe('unmet');
  expect(judged(names)).toBe('unmet');
});
