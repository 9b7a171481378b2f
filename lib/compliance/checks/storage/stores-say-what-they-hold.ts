import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { bucketKindOf, dataClassOf, isEvidence, NO_DATA_CLASSES, tellsDataClasses } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';

/** Types that hold data, or keys to it. */
const STORES = [
  'AWS::S3::Bucket',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBProxy',
  'AWS::Backup::BackupVault',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::Cognito::UserPool',
  'AWS::CloudTrail::Trail',
];

const CLASSES = ['phi', 'audit', 'operational', 'none'];

/** Types that are made for one class of data. */
const ONE_CLASS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance': 'phi',
  'AWS::RDS::DBProxy': 'phi',
  'AWS::Backup::BackupVault': 'phi',
  'AWS::Cognito::UserPool': 'phi',
  'AWS::CloudTrail::Trail': 'audit',
};

/** What a store holds decides which key opens it, how long it is kept and whether it is backed up: so it has to be said, and said truly. */
export const storesSayWhatTheyHold: Check = {
  id: 'strength/stores-say-what-they-hold',
  claim: 'every store and key carries its class of data as a tag, and whatever AWS delivers logs to is of the class for audit',
  citations: ['164.308(a)(7)(ii)(E)', '164.308(a)(1)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) => {
    if (!tellsDataClasses(environment)) return { state: 'notApplicable', reason: NO_DATA_CLASSES };
    return judgeTypes(environment, STORES, '164.308(a)(7)(ii)(E)', (store): readonly Fault[] => {
      const [given, wanted] = [dataClassOf(store), classOf(environment, store)];
      const fits = given !== undefined && (wanted === undefined ? CLASSES.includes(given) : given === wanted);
      return fits ? [] : [{ property: 'Tags DataClass', value: given, expected: wanted ?? `one of ${CLASSES.join(', ')}` }];
    });
  },
};

/** The class that a store's use gives it; undefined where only its owner can know. */
function classOf(environment: EnvironmentModel, store: Resource): string | undefined {
  if (store.type === 'AWS::Logs::LogGroup') return isEvidence(environment, store) ? 'audit' : undefined;
  if (store.type !== 'AWS::S3::Bucket') return ONE_CLASS[store.type];
  const kind = bucketKindOf(environment, store);
  return kind === 'phi' || kind === 'other' ? undefined : 'audit';
}
