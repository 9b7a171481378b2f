import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';
import { UNNAMED } from '../../model/read-templates';
import { isJson } from '../../model/template';
import { unknownIn } from '../../model/unknown';
import { identityOf } from '../../policy/identities';
import { covers } from '../../policy/pattern';
import type { Statement } from '../../policy/statement';
import { CannotTell } from '../../verdict';

/** What a variable holds, by the ending of its name; no types for any. */
const ENDINGS: readonly (readonly [ending: RegExp, types: readonly string[]])[] = [
  [/(?:^|_)USER_POOL_ID$/, ['AWS::Cognito::UserPool']],
  [/(?:^|_)CLIENT_ID$/, ['AWS::Cognito::UserPoolClient']],
  [/(?:^|_)BUCKET_NAME$/, ['AWS::S3::Bucket']],
  [/(?:^|_)PARAMETER_NAME$/, ['AWS::SSM::Parameter']],
  [/(?:^|_)DATABASE_HOST$/, ['AWS::RDS::DBProxy', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']],
  [/(?:^|_)KEY_ARN$/, ['AWS::KMS::Key']],
  [/(?:^|_)ARN$/, []],
];

/** Keys and topics: no two of these may be the same, or two secrets would be one, or one person be told in place of another. */
const ONE_PURPOSE = /_(?:KEY|TOPIC)_ARN$/;

/** The bus on which the rules of these templates listen: no event on another one is ever taken. */
const LISTENED_TO = 'default';

/** Of these a function has to be allowed what it is told of; the others let it in by other means. */
const BY_POLICY: readonly string[] = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SSM::Parameter'];

/**
 * A function trusts tokens of, and sends records to, what its environment names: 164.312(d), 164.312(a)(1). So each name is of a resource
 * of these templates that the function's role is there for, and no key or topic serves two purposes.
 */
export const functionsWorkWithOurs: Check = {
  id: 'strength/functions-work-with-ours',
  claim:
    'every user pool, database, bucket, key, parameter, topic and event bus that a function’s environment names is of these templates ' +
    'and of its own role, and so is the login',
  citations: ['164.312(d)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Lambda::Function'], '164.312(d)', (each) => faultsOf(environment, each)),
};

function faultsOf(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const variables = valueAt(each, 'Environment.Variables') ?? {};
  const unknown = unknownIn(variables);
  if (unknown !== undefined || !isJson(variables)) throw new CannotTell(`the environment of ${each.name}: ${unknown ?? 'is no map'}`);
  const statements = identityOf(environment, valueAt(each, 'Role'))?.statements.filter(({ effect }) => effect === 'Allow') ?? [];
  const entries = Object.entries(variables);
  return [
    ...entries.flatMap(([name, value]) => nameFault(environment, statements, name, value)),
    ...entries.flatMap(([name, value]) => (/(?:^|_)EVENT_BUS_NAME$/.test(name) ? bus(environment, each, statements, name, value) : [])),
    ...entries.flatMap(([name, value]) => (/(?:^|_)DATABASE_USER$/.test(name) ? login(statements, name, value) : [])),
    ...entries.flatMap(([name, value]) => (/(?:^|_)ENVIRONMENT_NAME$/.test(name) ? itsName(environment, name, value) : [])),
    ...entries
      .filter(
        ([name, value]) =>
          ONE_PURPOSE.test(name) && entries.some(([other, same]) => other < name && ONE_PURPOSE.test(other) && same === value),
      )
      .map(([name, value]) => fault(name, value, 'one of its own')),
  ];
}

function nameFault(environment: EnvironmentModel, statements: readonly Statement[], name: string, value: unknown): readonly Fault[] {
  const types = ENDINGS.find(([ending]) => ending.test(name))?.[1];
  if (!types) return [];
  const resource = environment.at(value);
  if (!resource || (types.length > 0 && !types.includes(resource.type)))
    return [fault(name, value, types.length > 0 ? `of these templates: ${types.join(', ')}` : 'a resource of these templates')];
  const isAllowed =
    !BY_POLICY.includes(resource.type) || statements.some(({ resources }) => resources.some((each) => environment.at(each) === resource));
  return isAllowed ? [] : [fault(name, value, 'one that the function’s role is allowed to use')];
}

/** Of templates in a folder nobody knows which environment they are, so nothing can be said of a name. */
function itsName({ place }: EnvironmentModel, name: string, value: unknown): readonly Fault[] {
  const fits = value === place.name || place.name === UNNAMED;
  return fits ? [] : [fault(name, value, `${place.name}, which the encryption context binds`)];
}

/** Where a function sends events: somewhere that a rule can hear them, and its role may. */
function bus(
  { place }: EnvironmentModel,
  { region }: Resource,
  statements: readonly Statement[],
  name: string,
  value: unknown,
): readonly Fault[] {
  if (value !== LISTENED_TO) return [fault(name, value, `${LISTENED_TO}, on which the rules listen`)];
  const arn = `arn:aws:events:${region}:${place.account}:event-bus/${LISTENED_TO}`;
  const isAllowed = statements.some(
    ({ actions, resources }) => actions.includes('events:PutEvents') && resources.some((each) => covers(each, arn)),
  );
  return isAllowed ? [] : [fault(name, value, 'a bus that the function’s role is allowed to send to')];
}

/** The one database user that the role may sign in as: another one would have other rights. */
function login(statements: readonly Statement[], name: string, value: unknown): readonly Fault[] {
  const users = statements
    .filter(({ actions }) => actions.some((action) => /^(?:rds-db:(?:connect|\*)|\*)$/i.test(action)))
    .flatMap(({ resources }) => resources)
    .map((resource) => resource.slice(resource.lastIndexOf('/') + 1));
  return users.length > 0 && users.every((user) => user === value)
    ? []
    : [fault(name, value, `the only user that its role may sign in as: ${users.join(', ') || 'none'}`)];
}

function fault(name: string, value: unknown, expected: string): Fault {
  return { property: `Environment.Variables.${name}`, value, expected };
}
