import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { isJson, type RawResource, type RawTemplate } from '../../lib/compliance/model/template';
import type { EnvironmentName } from '../../lib/config/environment';
import { modelOf } from './weakening';

type Json = Record<string, unknown>;

/** A change for the worse of one statement. */
export interface StatementWeakening {
  /** `prod-Foundation/KeysTrail... KeyPolicy DenyKeyLoss: without kms:DisableKey`. */
  readonly what: string;
  readonly kind: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly model: () => EnvironmentModel;
}

interface PlacedStatement {
  readonly stack: string;
  readonly logicalId: string;
  readonly path: readonly string[];
  readonly label: string;
  readonly statement: Json;
}

const DOCUMENTS = /^(?:PolicyDocument|AssumeRolePolicyDocument|KeyPolicy|AccessPolicy|ResourcePolicy|ResourcePolicyDocument)$/;
const SOMEBODY = 'arn:aws:iam::999999999999:root';

/** Every statement of every policy, wherever it stands, each broken in every way that fits it. */
export function policyWeakenings(environment: EnvironmentName): readonly StatementWeakening[] {
  const model = modelOf(environment);
  return statementsIn(model).flatMap((placed) =>
    variantsOf(placed.statement).map(({ kind, statement }) => ({
      what: `${placed.stack}/${placed.logicalId} ${placed.path.slice(0, -2).join('.')} ${placed.label}: ${kind}`,
      kind: kind.replace(/(?<=(?:action|resource|condition|of|round)) [^ ]*$/, ''),
      stack: placed.stack,
      logicalId: placed.logicalId,
      model: () => withStatement(model, placed, statement),
    })),
  );
}

/** Every statement of an environment's policies, as its template has it. */
export function statementsIn(model: EnvironmentModel): readonly PlacedStatement[] {
  return model.stacks.flatMap(({ stack, template }) =>
    [...template.resources].flatMap(([logicalId, { properties }]) =>
      documentsIn(properties, []).flatMap(({ path, document }) =>
        listed(document['Statement'])
          .filter(isJson)
          .map((statement, at) => ({
            stack,
            logicalId,
            path: [...path, 'Statement', String(at)],
            label: typeof statement['Sid'] === 'string' ? statement['Sid'] : `#${at + 1}`,
            statement,
          })),
      ),
    ),
  );
}

function documentsIn(value: unknown, path: readonly string[]): readonly { readonly path: readonly string[]; readonly document: Json }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    DOCUMENTS.test(key) && isJson(inner) ? [{ path: [...path, key], document: inner }] : documentsIn(inner, [...path, key]),
  );
}

interface Variant {
  readonly kind: string;
  /** Undefined to leave the statement out. */
  readonly statement: Json | undefined;
}

function variantsOf(statement: Json): readonly Variant[] {
  return statement['Effect'] === 'Deny' ? weakerDenials(statement) : widerAllowances(statement);
}

function weakerDenials(statement: Json): readonly Variant[] {
  const dropped = (field: 'Action' | 'Resource'): Variant[] => {
    const all = listed(statement[field]);
    return all.length < 2
      ? []
      : all.map((each, at) => ({
          kind: `without one ${field.toLowerCase()} ${textOf(each)}`,
          statement: { ...statement, [field]: all.filter((_, index) => index !== at) },
        }));
  };
  const condition = isJson(statement['Condition']) ? statement['Condition'] : {};
  return [
    { kind: 'removed', statement: undefined },
    { kind: 'turned into an Allow', statement: { ...statement, Effect: 'Allow' } },
    ...(statement['Principal'] === undefined
      ? []
      : [{ kind: 'for one role alone', statement: { ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:role/one' } } }]),
    ...Object.entries(condition).flatMap(([operator, keys]) =>
      /Not/.test(operator) && isJson(keys) && 'aws:PrincipalArn' in keys
        ? [
            {
              kind: 'with one more exemption',
              statement: {
                ...statement,
                Condition: { ...condition, [operator]: { ...keys, 'aws:PrincipalArn': [...listed(keys['aws:PrincipalArn']), SOMEBODY] } },
              },
            },
          ]
        : [],
    ),
    ...dropped('Action'),
    ...dropped('Resource'),
    {
      kind: 'under an impossible condition',
      statement: {
        ...statement,
        Condition: {
          ...condition,
          StringEquals: { ...(isJson(condition['StringEquals']) ? condition['StringEquals'] : {}), 'aws:PrincipalOrgID': 'o-nobody' },
        },
      },
    },
    ...Object.entries(condition).flatMap(([operator, keys]) =>
      Object.keys(isJson(keys) ? keys : {}).map((key): Variant => ({
        kind: `with the condition turned round ${key}`,
        statement: { ...statement, Condition: inverted(condition, operator, key) },
      })),
    ),
  ];
}

function widerAllowances(statement: Json): readonly Variant[] {
  const actions = listed(statement['Action']).map(String);
  const services = [...new Set(actions.filter((action) => !/^(?:[\w-]+:)?\*$/.test(action)).map((action) => action.split(':')[0] ?? ''))];
  const condition = isJson(statement['Condition']) ? statement['Condition'] : {};
  const principal = statement['Principal'];
  const resources = listed(statement['Resource']);
  return [
    // Whoever names everybody cannot name more.
    ...(isJson(principal) && !listed(principal['AWS']).includes('*')
      ? [
          { kind: 'for everybody', statement: { ...statement, Principal: '*' } },
          {
            kind: 'for another account',
            statement: { ...statement, Principal: { ...principal, AWS: [...listed(principal['AWS']), SOMEBODY] } },
          },
        ]
      : []),
    ...services.map((service): Variant => ({
      kind: `with every action of ${service}`,
      statement: { ...statement, Action: [...actions.filter((action) => !action.startsWith(`${service}:`)), `${service}:*`] },
    })),
    { kind: 'with every action', statement: { ...statement, Action: '*' } },
    ...(resources.length === 0 || resources.includes('*') ? [] : [{ kind: 'on everything', statement: { ...statement, Resource: '*' } }]),
    ...Object.keys(condition)
      .filter((operator) => !/IfExists$|^Null$|^ForA/.test(operator))
      .map((operator): Variant => ({
        kind: `only where its key is there, the condition ${operator}`,
        statement: { ...statement, Condition: renamed(condition, operator) },
      })),
    ...Object.entries(condition).flatMap(([operator, keys]) =>
      Object.keys(isJson(keys) ? keys : {}).map((key): Variant => ({
        kind: `without the condition ${key}`,
        statement: { ...statement, Condition: without(condition, operator, key) },
      })),
    ),
  ];
}

function renamed(condition: Json, operator: string): Json {
  const others = Object.entries(condition).filter(([name]) => name !== operator);
  return Object.fromEntries([...others, [`${operator}IfExists`, condition[operator]]]);
}

const OPPOSITES: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringNotEquals: 'StringEquals',
  StringLike: 'StringNotLike',
  StringNotLike: 'StringLike',
  ArnEquals: 'ArnNotEquals',
  ArnNotEquals: 'ArnEquals',
  ArnLike: 'ArnNotLike',
  ArnNotLike: 'ArnLike',
  NumericLessThan: 'NumericGreaterThanEquals',
};

function inverted(condition: Json, operator: string, key: string): Json {
  const value = (condition[operator] as Json)[key];
  const rest = without(condition, operator, key);
  const opposite = OPPOSITES[operator] ?? operator;
  if (opposite === operator && !['Bool', 'Null'].includes(operator)) throw new Error(`Nothing says how to turn ${operator} round.`);
  const turned = opposite === operator ? String(String(value) !== 'true') : value;
  return { ...rest, [opposite]: { ...(isJson(rest[opposite]) ? rest[opposite] : {}), [key]: turned } };
}

function without(condition: Json, operator: string, key: string): Json {
  const keys = Object.entries(condition[operator] as Json).filter(([name]) => name !== key);
  const others = Object.entries(condition).filter(([name]) => name !== operator);
  return Object.fromEntries(keys.length === 0 ? others : [...others, [operator, Object.fromEntries(keys)]]);
}

/** The environment with one statement changed; everything else is shared with the original, which is what makes a thousand of them fast. */
function withStatement(
  model: EnvironmentModel,
  { stack, logicalId, path }: PlacedStatement,
  statement: Json | undefined,
): EnvironmentModel {
  return new EnvironmentModel(
    model.place,
    model.stacks.map((each) => {
      const resource = each.template.resources.get(logicalId);
      if (each.stack !== stack || !resource) return each;
      const changed: RawResource = { ...resource, properties: replaceAt(resource.properties, path, statement) as Json };
      const template: RawTemplate = { ...each.template, resources: new Map(each.template.resources).set(logicalId, changed) };
      return { ...each, template };
    }),
  );
}

function replaceAt(value: unknown, [step, ...rest]: readonly string[], replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return items.flatMap((item, at) =>
      String(at) !== step ? [item] : rest.length === 0 && replacement === undefined ? [] : [replaceAt(item, rest, replacement)],
    );
  }
  return { ...(value as Json), [step]: replaceAt((value as Json)[step], rest, replacement) };
}

function listed(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(' ', '');
}
