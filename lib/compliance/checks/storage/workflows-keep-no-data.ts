import type { Check } from '../../check';
import { expectEqual, expectOneOf, judgeTypes, type Fault } from '../../judge';
import { recordsAt, within } from '../../model/read';

/** The log of a workflow says that it failed, and where; what it worked on stays in its history, which is deleted after 90 days. */
export const workflowsKeepNoData: Check = {
  id: 'strength/workflows-keep-no-data',
  claim: 'every workflow logs its errors to a group of these templates, without input and output, and keeps its history',
  citations: ['164.312(b)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::StepFunctions::StateMachine'], '164.312(b)', (machine): readonly Fault[] => {
      const groups = recordsAt(machine, 'LoggingConfiguration.Destinations').map((destination) =>
        within(machine, destination, 'CloudWatchLogsLogGroup.LogGroupArn'),
      );
      const isOurs = groups.length > 0 && groups.every((group) => environment.at(group, 'AWS::Logs::LogGroup') !== undefined);
      return [
        ...expectOneOf(machine, 'StateMachineType', ['STANDARD']),
        ...expectOneOf(machine, 'LoggingConfiguration.Level', ['ERROR', 'ALL']),
        ...expectEqual(machine, 'LoggingConfiguration.IncludeExecutionData', false),
        ...(isOurs ? [] : [{ property: 'LoggingConfiguration.Destinations', value: groups, expected: 'log groups of these templates' }]),
      ];
    }),
};
