import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { isTaken, onBus } from '../liveness/catching';
import { byAnybody } from './immediate-events';
import { namedIn, rotatorsOf } from './working-functions';
import { call } from './trail-events';

type Json = Readonly<Record<string, unknown>>;

const OBJECT_CALLS: readonly string[] = ['GetObject', 'ListObjects', 'PutObject', 'DeleteObject'];
const KEY_CALLS: readonly string[] = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncrypt'];

/** What is done at a bucket past the application is seen by nothing of the application's own: 164.308(a)(1)(ii)(D), 164.312(a)(1), (b). */
const strangersAtObjects: Check = {
  id: 'presence/immediate-news-of-strangers-at-objects',
  claim: 'a rule takes it when an object of a bucket with PHI, or with the audit of its use, is touched by somebody who is not there for it',
  citations: ['164.308(a)(1)(ii)(D)', '164.312(a)(1)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'phi', 'auditArchive'), '164.308(a)(1)(ii)(D)', (bucket) => {
      const requestParameters = { bucketName: environment.refOf(bucket), key: 'some' };
      return untaken(environment, 'objects', OBJECT_CALLS.flatMap((name) => byAnybody(call('s3', name, { readOnly: name !== 'PutObject', requestParameters }))));
    }),
};

/**
 * Whoever uses the key of data keys reads what the database holds encrypted, wherever they got it: 164.312(a)(2)(iv). By whom, or from
 * where: a rule must take both, since whoever stole the credentials of a function has its role.
 */
const strangersAtKeys: Check = {
  id: 'presence/immediate-news-of-strangers-at-keys',
  claim: 'a rule takes it when the key of rotated data keys is used by somebody other than its functions, or not through the private endpoint',
  citations: ['164.312(a)(2)(iv)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) => {
    const rotators = rotatorsOf(environment);
    const keys = environment.of('AWS::KMS::Key').filter((key) => rotators.some((each) => namedIn(environment, each).includes(key)));
    const ours = environment
      .of('AWS::EC2::VPCEndpoint')
      .filter((endpoint) => textAt(endpoint, 'ServiceName')?.endsWith('.kms'))
      .map((endpoint) => environment.refOf(endpoint));
    const none = 'no function rotates data keys under a key';
    return judgeEach(keys, '164.312(a)(2)(iv)', (key) => untaken(environment, 'uses', usesOf(environment.arnOf(key), ours, rolesOf(environment, rotators))), none);
  },
};

/** News of data that is reached past what is there for it. */
export const STRANGER_CHECKS: readonly Check[] = [strangersAtObjects, strangersAtKeys];

function rolesOf(environment: EnvironmentModel, functions: readonly Resource[]): readonly string[] {
  return functions.flatMap(({ properties }) => {
    const role = environment.at(properties['Role'], 'AWS::IAM::Role');
    return role ? [environment.arnOf(role)] : [];
  });
}

/** By anybody, from elsewhere and through each endpoint of ours for KMS; and by those who may, from elsewhere. */
function usesOf(ARN: string, endpoints: readonly string[], roles: readonly string[]): readonly Json[] {
  const use = (name: string, more: Json): Json => call('kms', name, { readOnly: true, resources: [{ ARN, type: 'AWS::KMS::Key' }], ...more });
  const ways = [{}, { vpcEndpointId: 'vpce-0fedcba9876543210' }];
  const stolen = roles.map((arn) => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', arn } } }));
  return KEY_CALLS.flatMap((name) => [
    ...[...ways, ...endpoints.map((vpcEndpointId) => ({ vpcEndpointId }))].flatMap((way) => byAnybody(use(name, way))),
    ...stolen.flatMap((userIdentity) => ways.map((way) => use(name, { userIdentity, ...way }))),
  ]);
}

function untaken(environment: EnvironmentModel, property: string, records: readonly Json[]): readonly Fault[] {
  const unseen = records.filter((record) => !isTaken(environment, onBus(record)));
  const names = [...new Set(unseen.map(({ eventName }) => String(eventName)))];
  return names.length === 0 ? [] : [{ property, value: undefined, expected: `a rule that takes ${names.join(', ')} by whoever is not there for it` }];
}
