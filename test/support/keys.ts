import type { Landscape, Resource } from './landscape';
import type { Call, PolicyDocument } from './policy';
import { decide } from './policy';

/** A key, as far as its policy goes. */
export interface KeyProperties {
  KeyPolicy: PolicyDocument;
}

/** What a service does with a key, and on whose behalf. */
export interface ServiceUse {
  readonly service: string;
  readonly actions: readonly string[];
  /** Condition keys that the service sends when it acts for this account. */
  readonly context: Readonly<Record<string, string>>;
}

/** Another customer of the same service: what the account's digits turn into in the confused deputy's call. */
const OTHER_ACCOUNT = '999999999999';

/** The key that a resolved value names; a key outside the templates is none. */
export function keyAt(land: Landscape, value: unknown): Resource<KeyProperties> | undefined {
  return land.at<KeyProperties>(value, 'AWS::KMS::Key');
}

/** What stands in the way of a service that needs a key, and what lets another account's use of the service through. */
export function faultsOfUse(land: Landscape, keyReference: unknown, { service, actions, context }: ServiceUse): string[] {
  const key = keyAt(land, keyReference);
  if (!key) return [`is under no key of the templates (${JSON.stringify(keyReference)})`];
  const { Statement } = key.properties.KeyPolicy;
  const foreign = Object.fromEntries(Object.entries(context).map(([name, value]) => [name, value.replaceAll(land.account, OTHER_ACCOUNT)]));
  const verdict = (action: string, values: Call['context']) =>
    decide(Statement, { by: { service }, action, resource: '*', ...(values && { context: values }) });
  return actions.flatMap((action) => [
    ...(verdict(action, context) === 'allowed' ? [] : [`${key.name} does not allow ${action} to ${service}`]),
    ...(verdict(action, foreign) === 'allowed' ? [`${key.name} allows ${action} to ${service} for any account`] : []),
  ]);
}
