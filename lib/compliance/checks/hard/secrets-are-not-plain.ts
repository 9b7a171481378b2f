import type { Check } from '../../check';
import { verdictOf } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { onceForText } from '../../model/once';
import type { Finding } from '../../verdict';

/** Names of properties, variables and parameters that hold a secret, however they are spelt. */
const SECRET_NAME = new RegExp(
  [
    '(?:^|[_a-z])(?:pass(?:word|phrase|wd)|secret(?:_?(?:string|key|access_?key))?|(?:auth|access|api|bearer|refresh|session)_?token',
    'token|api_?key|private_?key|access_?key(?:_?id)?|credentials?)$',
  ].join('|'),
  'i',
);

/** What a secret looks like, wherever it stands; the last is an address that carries its password. */
const SECRET_VALUES = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./,
  /\b[a-z][a-z+]+:\/\/[^\s:/@]+:[^\s:/@]+@/,
];

/** What any of these has in it, and few other texts. */
const HINT = /A[KS]IA|-----BEGIN|eyJ|:\/\//;

/** No secret of these forms is shorter. */
const MIN_SECRET_LENGTH = 8;

/** The units of the lifetimes of tokens are named like the tokens. */
const NO_SECRETS = /(?:^|\.)TokenValidityUnits\./;

const REFERRING = /"(?:Ref|Fn::GetAtt|Fn::ImportValue|Fn::GetStackOutput)":|\$\{|\{\{resolve:/;

/** A template is read by everybody who may read a repository or a stack: no secret stands in one. */
export const secretsAreNotPlain: Check = {
  id: 'hard/secrets-are-not-plain',
  claim: 'no password, token or key stands in a property, in the environment of a function or in the default of a parameter',
  citations: ['164.312(d)', '164.308(a)(5)(ii)(D)'],
  severity: 'fatal',
  evaluate: (environment) => verdictOf(environment.all, [...inProperties(environment), ...inParameters(environment)]),
};

function inProperties(environment: EnvironmentModel): readonly Finding[] {
  return environment.stacks.flatMap(({ stack, template }) =>
    [...template.resources].flatMap(([logicalId, { properties }]) =>
      // As written, not as resolved: a reference may well read like a name.
      secretsIn(properties).map((path) => found(stack, logicalId, path)),
    ),
  );
}

function inParameters(environment: EnvironmentModel): readonly Finding[] {
  return environment.stacks.flatMap(({ stack, template }) =>
    [...template.parameters].flatMap(([name, { fallback, isHidden }]) =>
      typeof fallback === 'string' && fallback !== '' && (isHidden || isSecret(name, name, fallback))
        ? [found(stack, name, 'Default')]
        : [],
    ),
  );
}

/** Whether a name is that of a secret. */
const namesSecret = onceForText((name) => SECRET_NAME.test(name));

function isSecret(name: string, path: string, text: string): boolean {
  if (text.length >= MIN_SECRET_LENGTH && HINT.test(text) && SECRET_VALUES.some((form) => form.test(text))) return true;
  return namesSecret(name) && !NO_SECRETS.test(path) && text !== '' && !/^(?:true|false)$/i.test(text) && !text.startsWith('{{resolve:');
}

/** The value itself stays out of the report, which others read. */
function found(stack: string, logicalId: string, property: string): Finding {
  return {
    stack,
    logicalId,
    property,
    value: 'a literal',
    expected: 'a reference to AWS Secrets Manager, or no secret at all',
    citation: '164.312(d)',
  };
}

/** Paths of the literals that are secrets. */
function secretsIn(properties: unknown): readonly string[] {
  if (!mayHold(properties, '')) return [];
  const paths: string[] = [];
  visit(properties, '', '', (name, path, text) => {
    if (isSecret(name, path, text)) paths.push(path);
  });
  return paths;
}

/** Whether a literal reads like a secret, wherever it stands: most resources hold none, and paths cost more than all else here. */
function mayHold(value: unknown, name: string): boolean {
  if (typeof value === 'string') return isSecret(name, '', value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (mayHold(item, name)) return true;
    return false;
  }
  for (const key in value) {
    if (key === 'Ref' || key === 'Fn::GetAtt') continue;
    if (mayHold((value as Readonly<Record<string, unknown>>)[key], key.startsWith('Fn::') ? name : key)) return true;
  }
  return false;
}

function visit(value: unknown, name: string, path: string, each: (name: string, path: string, text: string) => void): void {
  if (typeof value === 'string') return each(name, path, value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) return value.forEach((item) => visit(item, name, path, each));
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' || key === 'Fn::GetAtt') continue;
    // What a function puts together of literals alone is one; with a reference in it, its name says what it refers to.
    if (!key.startsWith('Fn::')) visit(item, key, path === '' ? key : `${path}.${key}`, each);
    else if (REFERRING.test(JSON.stringify(item))) visit(item, `${name}()`, `${path}()`, each);
    else visit(item, name, path, each);
  }
}
