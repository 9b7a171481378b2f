import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { flagAt, recordsAt, toFlag, toList, valueAt } from '../../model/read';

/** The trail is on, everywhere, and can be shown to be unaltered. */
export const trailRecords: Check = {
  id: 'hard/trail-records',
  claim: 'the trail logs every Region and global services, validates its files, and selects management events of both kinds',
  citations: ['164.312(b)', '164.312(c)(1)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CloudTrail::Trail'], '164.312(b)', (trail) => [
      ...expectEqual(trail, 'IsLogging', true),
      ...expectEqual(trail, 'IsMultiRegionTrail', true),
      ...expectEqual(trail, 'IncludeGlobalServiceEvents', true),
      ...expectEqual(trail, 'EnableLogFileValidation', true),
      ...selectsManagement(trail),
    ]),
};

function selectsManagement(trail: Resource): readonly Fault[] {
  const advanced = recordsAt(trail, 'AdvancedEventSelectors');
  const basic = recordsAt(trail, 'EventSelectors');
  // Neither kind means CloudTrail's default: all management events.
  if (advanced.length === 0 && basic.length === 0) return [];
  const isSelected =
    advanced.some((selector) => selectsOnlyCategory(selector, 'Management')) ||
    basic.some((selector) =>
        toFlag(selector['IncludeManagementEvents']) !== false &&
        (selector['ReadWriteType'] ?? 'All') === 'All' &&
        toList(selector['ExcludeManagementEventSources']).length === 0,
   );
  const property = advanced.length > 0 ? 'AdvancedEventSelectors' : 'EventSelectors';
  const expected = 'a selector of all management events, reads and writes';
  return isSelected && flagAt(trail, 'IsLogging') !== undefined ? [] : [{ property, value: valueAt(trail, property), expected }];
}

/** A selector that narrows the category by any other field leaves events out. */
function selectsOnlyCategory(selector: Readonly<Record<string, unknown>>, category: string): boolean {
  const fields = toList(selector['FieldSelectors']) as readonly Readonly<Record<string, unknown>>[];
  return fields.length === 1 && fields[0]?.['Field'] === 'eventCategory' && toList(fields[0]['Equals']).includes(category);
}
