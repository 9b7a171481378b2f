import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { listAt, numberAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** Names that Lambda sets itself, and refuses from anybody else. */
const RESERVED =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|(?:AWS_)?LAMBDA_\w+|AWS_(?:(?:DEFAULT_)?REGION|EXECUTION_ENV|ACCESS_KEY\w*|SECRET_\w+|SESSION_TOKEN))$/;

const ENVIRONMENT_BYTES = 4096;

/** Limits of Lambda that CloudFormation meets only at the deploy. */
export const functionsFitTheirLimits: Check = {
  id: 'deploy/functions-fit-their-limits',
  claim: 'every function has time, memory, layers and an environment that Lambda takes, and no snapshot that its runtime has not',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Lambda::Function'], '164.308(a)(8)', faultsOf),
};

function faultsOf(each: Resource): readonly Fault[] {
  const runtime = textAt(each, 'Runtime') ?? '';
  const layers = listAt(each, 'Layers');
  const snapshot = textAt(each, 'SnapStart.ApplyOn') ?? 'None';
  return [
    ...within(each, 'Timeout', 1, 900),
    ...within(each, 'MemorySize', 128, 10_240),
    ...within(each, 'EphemeralStorage.Size', 512, 10_240),
    ...(layers.length <= 5 ? [] : [{ property: 'Layers', value: layers.length, expected: 'at most 5' }]),
    ...(snapshot === 'None' || !runtime.startsWith('nodejs')
      ? []
      : [{ property: 'SnapStart.ApplyOn', value: snapshot, expected: 'None: there is no SnapStart for Node.js' }]),
    ...faultsOfEnvironment(valueAt(each, 'Environment.Variables')),
  ];
}

function within(each: Resource, property: string, least: number, most: number): readonly Fault[] {
  const value = valueAt(each, property);
  const number = numberAt(each, property) ?? Number.NaN;
  return value === undefined || (Number.isInteger(number) && number >= least && number <= most)
    ? []
    : [{ property, value, expected: `${least} to ${most}` }];
}

function faultsOfEnvironment(variables: unknown): readonly Fault[] {
  if (!isJson(variables)) return [];
  const names = Object.keys(variables).filter((name) => !/^[a-zA-Z]\w+$/.test(name) || RESERVED.test(name));
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  return [
    ...names.map((name): Fault => ({
      property: `Environment.Variables ${name}`,
      value: name,
      expected: 'two or more letters, digits and _, a letter first, and no name of Lambda’s own',
    })),
    ...(bytes <= ENVIRONMENT_BYTES
      ? []
      : [{ property: 'Environment.Variables', value: `${bytes} bytes`, expected: `at most ${ENVIRONMENT_BYTES}` }]),
  ];
}
