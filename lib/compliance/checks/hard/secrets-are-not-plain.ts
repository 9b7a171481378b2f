import type { Check } from '../../check';
import { verdictOf } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { isJson } from '../../model/template';
import type { Finding } from '../../verdict';

/** Names of properties, variables and parameters that hold a secret, however they are spelt. */
const SECRET_NAME = new RegExp(
  [
    '(?:^|[_a-z])(?:pass(?:word|phrase|wd)|secret(?:_?(?:string|key|access_?key))?|(?:auth|access|api|bearer|refresh|session)_?token',
    'token|api_?key|private_?key|access_?key(?:_?id)?|credentials?)$',
  ].join('|'),
  'i',
);

/** What a secret looks like, wherever it stands. */
const SECRET_VALUES = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./,
  // An address that carries its password.
  /\b[a-z][a-z+]+:\/\/[^\s:/@]+:[^\s:/@]+@/,
];

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
      literalsIn(properties, '').flatMap(({ path, text }) => (isSecret(path, text) ? [found(stack, logicalId, path)] : [])),
    ),
  );
}

function inParameters(environment: EnvironmentModel): readonly Finding[] {
  return environment.stacks.flatMap(({ stack, template }) =>
    [...template.parameters].flatMap(([name, { fallback, isHidden }]) =>
      typeof fallback === 'string' && fallback !== '' && (isHidden || isSecret(name, fallback)) ? [found(stack, name, 'Default')] : [],
    ),
  );
}

function isSecret(path: string, text: string): boolean {
  if (SECRET_VALUES.some((value) => value.test(text))) return true;
  const name = path.slice(path.lastIndexOf('.') + 1);
  return (
    SECRET_NAME.test(name) && !NO_SECRETS.test(path) && text !== '' && !/^(?:true|false)$/i.test(text) && !text.startsWith('{{resolve:')
  );
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

function literalsIn(value: unknown, path: string): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => literalsIn(item, path));
  if (!isJson(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref' || key === 'Fn::GetAtt') return [];
    // What a function puts together of literals alone is one; with a reference in it, its name says what it refers to.
    if (key.startsWith('Fn::')) return literalsIn(item, REFERRING.test(JSON.stringify(item)) ? `${path}()` : path);
    return literalsIn(item, path === '' ? key : `${path}.${key}`);
  });
}
