import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { valueAt } from '../../model/read';

/** Where each type sends what a function was given, and what it made of it. */
const DESTINATIONS: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::EventInvokeConfig': ['DestinationConfig.OnSuccess.Destination', 'DestinationConfig.OnFailure.Destination'],
  'AWS::Lambda::EventSourceMapping': ['DestinationConfig.OnFailure.Destination', 'EventSourceArn'],
};

/** What a function is given and what it answers goes to nobody else: 164.312(e)(1). */
export const resultsStayWithUs: Check = {
  id: 'strength/results-stay-with-us',
  claim: 'every destination and source of a function’s events is of these templates',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, Object.keys(DESTINATIONS), '164.312(e)(1)', (config) =>
      (DESTINATIONS[config.type] ?? [])
        .filter((property) => valueAt(config, property) !== undefined && environment.at(valueAt(config, property)) === undefined)
        .map((property): Fault => ({ property, value: valueAt(config, property), expected: 'a resource of these templates' })),
    ),
};
