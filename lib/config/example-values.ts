import type { EnvironmentConfig } from './environment';
import examples from './shipped-examples.json';

/** A field that still holds what the repository ships. */
export interface ExampleValue {
  readonly field: string;
  readonly value: string;
}

/**
 * Which fields of an environment still hold example values.
 *
 * With all of them in place the environment is the shipped example, which synthesizes but cannot be deployed
 * (`bin/refuse-example-account.js`). With some of them in place it is half filled, which nobody means to deploy.
 */
export function exampleValuesIn(config: EnvironmentConfig): { remaining: ExampleValue[]; allStillExamples: boolean } {
  const fields = replaceableFields(config);
  const remaining = fields.filter(({ value }) => isExample(value));
  return { remaining, allStillExamples: remaining.length === fields.length };
}

/** The lines that the README says to change. */
function replaceableFields({ account, domainName, certificate, contacts, archiveLock }: EnvironmentConfig): ExampleValue[] {
  const fields = [
    { field: 'account', value: account },
    { field: 'domainName', value: domainName },
    { field: 'contacts.securityOfficerEmail', value: contacts.securityOfficerEmail },
    { field: 'contacts.privacyOfficerEmail', value: contacts.privacyOfficerEmail },
  ];
  if (certificate.from === 'hostedZone') {
    fields.push({ field: 'certificate.hostedZoneId', value: certificate.hostedZoneId });
  }
  if (archiveLock.mode === 'COMPLIANCE') {
    fields.push({ field: 'archiveLock.acknowledgedBy', value: archiveLock.acknowledgedBy });
  }
  return fields;
}

function isExample(value: string): boolean {
  return (
    examples.accounts.includes(value) ||
    value === examples.hostedZoneId ||
    value.endsWith(`.${examples.domain}`) ||
    value.endsWith(`@${examples.domain}`)
  );
}
