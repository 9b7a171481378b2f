import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';

/** Records that lead a client somewhere. */
const LEADING: readonly string[] = ['A', 'AAAA', 'CNAME', 'HTTPS', 'SVCB'];

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** A name of ours leads to our load balancer: at an address that was given back, the next one to have it would get our clients’ tokens. */
export const namesLeadToUs: Check = {
  id: 'strength/names-lead-to-us',
  claim:
    'every record that leads to an address is an alias of a load balancer of these templates, under a name and in a zone of their ' +
    'certificate',
  citations: ['164.312(e)(1)', '164.312(d)'],
  severity: 'error',
  evaluate: (environment) => {
    const records = environment.of('AWS::Route53::RecordSet').filter((record) => LEADING.includes(textAt(record, 'Type') ?? 'A'));
    const others = environment
      .of('AWS::Route53::RecordSet')
      .filter((record) => !records.includes(record) && valueAt(record, 'AliasTarget') !== undefined);
    return judgeEach(
      [...records, ...others],
      '164.312(e)(1)',
      (record) => faultsOf(environment, record),
      'the templates hold no record that leads anywhere',
    );
  },
};

function faultsOf(environment: EnvironmentModel, record: Resource): readonly Fault[] {
  const target = environment.at(valueAt(record, 'AliasTarget.DNSName'), BALANCER);
  const zone = environment.at(valueAt(record, 'AliasTarget.HostedZoneId'), BALANCER);
  return [
    ...(target
      ? []
      : [
          {
            property: 'AliasTarget.DNSName',
            value: valueAt(record, 'AliasTarget.DNSName') ?? valueAt(record, 'ResourceRecords'),
            expected: 'a load balancer of these templates',
          },
        ]),
    ...(zone && zone === target
      ? []
      : [
          {
            property: 'AliasTarget.HostedZoneId',
            value: valueAt(record, 'AliasTarget.HostedZoneId'),
            expected: 'the zone of the same load balancer',
          },
        ]),
    ...(['A', 'AAAA'].includes(textAt(record, 'Type') ?? '')
      ? []
      : [{ property: 'Type', value: textAt(record, 'Type'), expected: 'A or AAAA' }]),
    ...certified(environment, record),
  ];
}

/** Without a certificate in the templates it is somewhere else, and so is its name. */
function certified(environment: EnvironmentModel, record: Resource): readonly Fault[] {
  const certificates = environment.of('AWS::CertificateManager::Certificate');
  const name = (textAt(record, 'Name') ?? '').replace(/\.$/, '');
  const covering = certificates.filter((certificate) =>
    [...textsAt(certificate, 'DomainName'), ...textsAt(certificate, 'SubjectAlternativeNames')].some((domain) => isUnder(domain, name)),
  );
  const zones = covering.flatMap((certificate) =>
    recordsAt(certificate, 'DomainValidationOptions').map(({ HostedZoneId }) => HostedZoneId),
  );
  if (certificates.length === 0) return [];
  return [
    ...(covering.length > 0 ? [] : [{ property: 'Name', value: name, expected: 'a name of a certificate of these templates' }]),
    ...(covering.length === 0 || zones.includes(valueAt(record, 'HostedZoneId'))
      ? []
      : [{ property: 'HostedZoneId', value: valueAt(record, 'HostedZoneId'), expected: 'the zone that the certificate is validated in' }]),
  ];
}

function isUnder(domain: string, name: string): boolean {
  return domain === name || (domain.startsWith('*.') && name.slice(name.indexOf('.')) === domain.slice(1));
}
