import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { textAt } from '../../model/read';
import { isJson } from '../../model/template';

/** A key in a parameter would be believed as the issuer's: whoever holds its private half could sign tokens for anybody. */
export const parametersHoldNoTokenKeys: Check = {
  id: 'strength/parameters-hold-no-token-keys',
  claim: 'no parameter is deployed with a token key or a private key in it: keys are fetched from their issuer',
  citations: ['164.312(d)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::SSM::Parameter'], '164.312(d)', (parameter): readonly Fault[] => {
      const value = textAt(parameter, 'Value') ?? '';
      return isKey(value) ? [{ property: 'Value', value: 'a key', expected: 'no key' }] : [];
    }),
};

function isKey(value: string): boolean {
  if (/-----BEGIN [A-Z ]*(?:KEY|CERTIFICATE)-----/.test(value)) return true;
  try {
    const parsed: unknown = JSON.parse(value);
    return isJson(parsed) && (parsed['kty'] !== undefined || (Array.isArray(parsed['keys']) && parsed['keys'].length > 0));
  } catch {
    return false;
  }
}
