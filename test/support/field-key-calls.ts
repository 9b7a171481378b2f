import { KEY_CONTEXT_APP, KEY_CONTEXT_MEMBERS } from '../../lambda/records/contract';
import type { Landscape } from './landscape';
import type { Call } from './policy';

/** A call to the key that wraps data keys. */
export interface FieldKeyCall {
  readonly what: string;
  readonly request: Omit<Call, 'by'>;
}

const GOOD = { app: KEY_CONTEXT_APP, class: 'clinical', keyId: '2f1d0a9b-7e22-4b1a-9c60-7f1a6c527d4e' };

/** What KMS makes of an encryption context: a condition key per member, and one with the names of all. */
function conditionKeys(context: Readonly<Record<string, string>>): NonNullable<Call['context']> {
  const members = Object.entries(context);
  if (members.length === 0) return {};
  return {
    ...Object.fromEntries(members.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    'kms:EncryptionContextKeys': members.map(([name]) => name),
  };
}

/** The call with the context that the service writes. */
export function rightCall(land: Landscape, action: string): Omit<Call, 'by'> {
  return callWith(land, action, { ...GOOD, env: land.config.name });
}

/** Calls that differ from it in one thing about the context. */
export function wrongCalls(land: Landscape, action: string): readonly FieldKeyCall[] {
  const right = { ...GOOD, env: land.config.name };
  const without = (member: string) => Object.fromEntries(Object.entries(right).filter(([name]) => name !== member));
  const contexts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['without a context', {}],
    ['with the context of another environment', { ...right, env: 'elsewhere' }],
    ['with the context of another application', { ...right, app: 'another' }],
    ['with a further member', { ...right, more: 'x' }],
    ...KEY_CONTEXT_MEMBERS.map((member) => [`without ${member}`, without(member)] as const),
  ];
  return contexts.map(([what, context]) => ({ what, request: callWith(land, action, context) }));
}

function callWith(land: Landscape, action: string, context: Readonly<Record<string, string>>): Omit<Call, 'by'> {
  return { action, resource: land.arnOf(land.one('AWS::KMS::Key', 'KeysFields')), context: conditionKeys(context) };
}
