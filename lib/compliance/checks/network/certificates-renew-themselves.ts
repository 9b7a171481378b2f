import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';

/** A certificate by DNS is renewed for as long as its record stands; one by mail, when somebody reads the mail in time. */
export const certificatesRenewThemselves: Check = {
  id: 'strength/certificates-renew-themselves',
  claim: 'every certificate is validated by DNS for each of its names, is logged publicly, and keeps its key within ACM',
  citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CertificateManager::Certificate'], '164.312(e)(1)', (certificate) => [
      ...expectEqual(certificate, 'ValidationMethod', 'DNS'),
      ...validations(certificate),
      // Whoever could make a certificate for our name in secret would not be seen doing it.
      ...(textAt(certificate, 'CertificateTransparencyLoggingPreference') === 'DISABLED'
        ? expectEqual(certificate, 'CertificateTransparencyLoggingPreference', 'ENABLED')
        : []),
      ...(textAt(certificate, 'CertificateExport') === 'ENABLED' ? expectEqual(certificate, 'CertificateExport', 'DISABLED') : []),
    ]),
};

function validations(certificate: Resource): readonly Fault[] {
  const names = [...textsAt(certificate, 'DomainName'), ...textsAt(certificate, 'SubjectAlternativeNames')];
  const options = recordsAt(certificate, 'DomainValidationOptions');
  const bare = names.filter(
    (name) =>
      !options.some(({ DomainName, HostedZoneId }) => DomainName === name && typeof HostedZoneId === 'string' && HostedZoneId !== ''),
  );
  return bare.map((name) => ({
    property: 'DomainValidationOptions',
    value: valueAt(certificate, 'DomainValidationOptions'),
    expected: `a hosted zone for ${name}`,
  }));
}
