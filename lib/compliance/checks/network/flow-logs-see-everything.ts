import type { Check } from '../../check';
import { expectEqual, judgeEach, judgeTypes, toFinding, verdictOf, type Fault } from '../../judge';
import { bucketKindOf } from '../../kinds';
import type { Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** Every network has a flow log of all traffic, in a place that keeps it. */
export const flowLogsSeeEverything: Check = {
  id: 'strength/flow-logs-see-everything',
  claim: 'every network has a flow log of accepted and rejected traffic in an archive or a log group of these templates',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const logs = environment.of('AWS::EC2::FlowLog');
    const bare = environment.of('AWS::EC2::VPC').filter((vpc) => !logs.some((log) => textAt(log, 'ResourceId') === environment.refOf(vpc)));
    if (bare.length > 0) {
      return verdictOf(
        bare,
        bare.map((vpc) => toFinding(vpc, '164.312(b)', { property: 'FlowLog', value: undefined, expected: 'a flow log' })),
      );
    }
    return logs.length === 0
      ? judgeEach([], '164.312(b)', () => [], 'the templates hold no network')
      : judgeTypes(environment, ['AWS::EC2::FlowLog'], '164.312(b)', (log) => {
          const target = environment.at(textAt(log, 'LogDestination')) ?? environment.at(textAt(log, 'LogGroupName'));
          const isKept =
            target?.type === 'AWS::Logs::LogGroup' ||
            (target?.type === 'AWS::S3::Bucket' && bucketKindOf(environment, target) === 'trailArchive');
          return [
            ...expectEqual(log, 'TrafficType', 'ALL'),
            ...expectEqual(log, 'ResourceType', 'VPC'),
            // Without a type it is a log group that EC2 looks for.
            ...(target?.type !== 'AWS::S3::Bucket' && textAt(log, 'LogDestinationType') === undefined
              ? []
              : expectEqual(log, 'LogDestinationType', target?.type === 'AWS::S3::Bucket' ? 's3' : 'cloud-watch-logs')),
            ...format(log),
            ...(isKept
              ? []
              : [
                  {
                    property: 'LogDestination',
                    value: textAt(log, 'LogDestination'),
                    expected: 'the locked archive, or a log group of these templates',
                  },
                ]),
          ];
        });
  },
};

/** Fields without which nobody can say who spoke with whom, when, and whether it was let through. */
const FIELDS: readonly string[] = [
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
  'interface-id',
];

/** Without a format of its own a flow log has them all. */
function format(log: Resource): readonly Fault[] {
  const given = textAt(log, 'LogFormat');
  const without = given === undefined ? [] : FIELDS.filter((field) => !given.includes(`\${${field}}`));
  return without.length === 0 ? [] : [{ property: 'LogFormat', value: given, expected: `with ${without.join(', ')}` }];
}
