import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { recordsAt, toList } from '../../model/read';
import { isJson } from '../../model/template';

/** Classes that answer at once, out of several zones. AWS Backup skips objects in any class that has to be restored from first. */
const WITHIN_REACH = ['STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'];

/** A rule has one or several transitions, written in the newer or the older way. */
const TRANSITIONS = ['Transitions', 'Transition', 'NoncurrentVersionTransitions', 'NoncurrentVersionTransition'];

/** An object of today and of six years ago can be read when a patient needs it, and survives the loss of a zone. */
export const objectsStayWithinReach: Check = {
  id: 'strength/objects-stay-within-reach',
  claim: 'no bucket moves objects to a class of one zone, or to one that has to be restored from before it can be read or backed up',
  citations: ['164.308(a)(7)(ii)(B)', '164.312(a)(2)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.308(a)(7)(ii)(B)', (bucket): readonly Fault[] => [
      ...recordsAt(bucket, 'LifecycleConfiguration.Rules').flatMap((rule, at) => faultsOfRule(rule, `LifecycleConfiguration.Rules.${at}`)),
      // Tiers are named there only to archive: the class itself has none that is out of reach.
      ...recordsAt(bucket, 'IntelligentTieringConfigurations').flatMap((tiering, at): Fault[] =>
        tiering['Status'] === 'Disabled'
          ? []
          : [{ property: `IntelligentTieringConfigurations.${at}`, value: tiering['Tierings'], expected: 'absent' }],
      ),
    ]),
};

function faultsOfRule(rule: Readonly<Record<string, unknown>>, path: string): readonly Fault[] {
  if (rule['Status'] !== 'Enabled') return [];
  return TRANSITIONS.flatMap((property) =>
    toList(rule[property]).flatMap((transition): Fault[] => {
      const target = isJson(transition) ? transition['StorageClass'] : transition;
      return WITHIN_REACH.some((name) => name === target)
        ? []
        : [{ property: `${path}.${property}`, value: target, expected: `one of ${WITHIN_REACH.join(', ')}` }];
    }),
  );
}
