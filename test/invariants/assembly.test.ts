import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/environment';
import { ENVIRONMENTS } from '../../lib/config/select';
import { ASSEMBLY_FOLDER, ENVIRONMENT_NAMES, templatesOf } from '../support/assembly';
import type { Claim } from '../support/claims';
import { holds, judgeAll, notices, unlike } from '../support/claims';

/** A stack may use what stands before it, and nothing after. */
const ORDER = ['Foundation', 'Trail', 'Network', 'Data', 'Recovery', 'Backup', 'Identity', 'Api', 'Detection', 'Response'] as const;

interface Stack {
  readonly name: string;
  readonly uses: readonly string[];
  readonly terminationProtection: boolean;
  readonly environment: string;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly terminationProtection?: boolean };
}

function stacksOf(environment: EnvironmentName): Stack[] {
  const manifest = JSON.parse(readFileSync(join(ASSEMBLY_FOLDER, `assembly-${environment}`, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, Artifact>;
  };
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const names = new Map(stacks.map(([id, { displayName = '' }]) => [id, displayName.replace(`${environment}/`, '')]));
  return stacks.map(([id, { dependencies = [], environment: place = '', properties }]) => ({
    name: names.get(id) ?? id,
    uses: dependencies.flatMap((dependency) => names.get(dependency) ?? []),
    terminationProtection: properties?.terminationProtection === true,
    environment: place,
  }));
}

const rank = (name: string): number => ORDER.indexOf(name as (typeof ORDER)[number]);

function outOfOrder(stacks: readonly Stack[]): string[] {
  return judgeAll('stacks', stacks, ({ name, uses }) => [
    rank(name) < 0 && `${name} has no place in the order`,
    ...uses.map((used) => rank(used) >= rank(name) && `${name} uses ${used}, which comes after it`),
  ]);
}

/** What synthesis writes when it was not told something, and what CDK and AWS put in the place of a value. */
const LEFTOVERS = [/dummy1/, /DUMMY/, /example\.com/, /\$\{Token\[/, /Fn::GetStackOutput/];

function leftoversIn(body: string): string[] {
  return LEFTOVERS.flatMap((leftover) => leftover.exec(body)?.[0] ?? []);
}

const strongReferencesOnly: Claim = (land) =>
  judgeAll(
    'stacks that use another',
    land.templates.filter(({ stack }) => !['Foundation', 'Recovery'].includes(stack)),
    ({ stack, body }) => [
      !body.includes('Fn::ImportValue') && `${stack} imports nothing`,
      body.includes('Fn::GetStackOutput') && `${stack} has a weak reference`,
    ],
  );

/** Properties that hold a secret in clear, where a type has one. */
const SECRET_PROPERTIES = [
  'MasterUserPassword',
  'Password',
  'SecretString',
  'AuthToken',
  'OAuthToken',
  'ClientSecret',
  'SecretKey',
  'AccessKey',
  'PrivateKey',
];
const SECRET_VALUES = [/AKIA[0-9A-Z]{16}/, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, /^eyJ[\w-]{10,}\.[\w-]{10,}\./, /:\/\/[^/\s:]+:[^/\s@]+@/];

const nothingSecret: Claim = (land) =>
  judgeAll('resources', land.all, ({ name, properties }) =>
    stringsIn(properties).map(
      ({ path, value }) =>
        (SECRET_PROPERTIES.includes(path.at(-1) ?? '') || SECRET_VALUES.some((form) => form.test(value))) &&
        `${name}: a secret stands at ${path.join('.')}`,
    ),
  );

function stringsIn(value: unknown, path: readonly string[] = []): { path: readonly string[]; value: string }[] {
  if (typeof value === 'string') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]));
}

describe('every environment', () => {
  it.each(ENVIRONMENT_NAMES)('has its ten stacks, each using only what stands before it (%s)', (environment) => {
    expect(
      stacksOf(environment)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...ORDER].sort());
    expect(outOfOrder(stacksOf(environment))).toEqual([]);
  });

  it('notices a stack that uses what comes after it', () => {
    const stacks = stacksOf('prod').map((stack) => (stack.name === 'Network' ? { ...stack, uses: [...stack.uses, 'Api'] } : stack));
    expect(outOfOrder(stacks)).toEqual(['Network uses Api, which comes after it']);
  });

  it.each(ENVIRONMENT_NAMES)('is bound to one account and its two Regions, and resists deletion unless disposable (%s)', (environment) => {
    const { account, region, recoveryRegion, teardown } = ENVIRONMENTS[environment];
    expect(
      judgeAll('stacks', stacksOf(environment), (stack) => [
        unlike(`${stack.name}'s place`, stack.environment, `aws://${account}/${stack.name === 'Recovery' ? recoveryRegion : region}`),
        unlike(`${stack.name}'s termination protection`, stack.terminationProtection, teardown.policy === 'protected'),
      ]),
    ).toEqual([]);
  });

  it.each(ENVIRONMENT_NAMES)('holds nothing that stands in for a value (%s)', (environment) => {
    expect(
      judgeAll('templates', templatesOf(environment), ({ stack, body }) =>
        leftoversIn(body).map((leftover) => `${stack} holds ${leftover}`),
      ),
    ).toEqual([]);
  });

  it('notices a zone that synthesis made up', () => {
    expect(leftoversIn('{"AvailabilityZone":"dummy1a","HostedZoneId":"DUMMY","CallbackURLs":["https://example.com"]}')).toEqual([
      'dummy1',
      'DUMMY',
      'example.com',
    ]);
  });

  it.each(ENVIRONMENT_NAMES)('fits the limits of CloudFormation (%s)', (environment) => {
    expect(
      judgeAll('templates', templatesOf(environment), ({ stack, body, resources }) => [
        resources.length >= 500 && `${stack} has ${resources.length} resources`,
        Buffer.byteLength(body) >= 1_000_000 && `${stack} is a template of 1 MB`,
      ]),
    ).toEqual([]);
  });

  holds('refers across stacks by export and import alone', strongReferencesOnly);
  holds('holds no secret', nothingSecret);

  notices(
    'a password in a template',
    nothingSecret,
    (draft) => draft.set('AWS::RDS::DBInstance', 'Database', ['MasterUserPassword'], 'correct horse battery staple'),
    /^Data\/DatabaseInstance\w+: a secret stands at MasterUserPassword/,
  );
  notices(
    'an access key in a parameter',
    nothingSecret,
    (draft) => draft.set('AWS::SSM::Parameter', 'TokenKeysJwks', ['Value'], 'AKIAABCDEFGHIJKLMNOP'),
    /^Api\/TokenKeysJwks\w+: a secret stands at Value/,
  );
});
