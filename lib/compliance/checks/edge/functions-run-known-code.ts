import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';

/** A name that is the content's own digest, as CDK gives assets: another content has another name. */
const DIGEST = /(?:^|[/:@-])[0-9a-f]{64}(?:\.\w+)?$/;

/** What runs is what was built: 164.312(c)(1), 164.308(a)(5)(ii)(B). How it was built, no template shows. */
export const functionsRunKnownCode: Check = {
  id: 'strength/functions-run-known-code',
  claim: 'every function runs code of this account named by its digest, with no layer of anybody else’s, on a runtime that AWS keeps patched',
  citations: ['164.312(c)(1)', '164.308(a)(5)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Function'], '164.312(c)(1)', (each) => [
      ...code(environment, each),
      ...layers(environment, each),
      ...(['Auto', undefined].includes(textAt(each, 'RuntimeManagementConfig.UpdateRuntimeOn')) ? [] : expectAbsent(each, 'RuntimeManagementConfig.UpdateRuntimeOn')),
    ]),
};

function code(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const image = textAt(each, 'Code.ImageUri');
  const place = image ?? textAt(each, 'Code.S3Bucket') ?? '';
  const name = image ?? textAt(each, 'Code.S3Key') ?? '';
  const isOurs = place.includes(environment.place.account) || environment.at(place, 'AWS::S3::Bucket') !== undefined;
  return [
    ...expectAbsent(each, 'Code.ZipFile'),
    ...(isOurs ? [] : [{ property: image ? 'Code.ImageUri' : 'Code.S3Bucket', value: place || undefined, expected: 'a place of this account' }]),
    ...(DIGEST.test(name) ? [] : [{ property: image ? 'Code.ImageUri' : 'Code.S3Key', value: name || undefined, expected: 'a name that is the digest of its content' }]),
  ];
}

/** A layer's code runs inside the function, with all that the function may do. */
function layers(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  return textsAt(each, 'Layers')
    .filter((layer) => environment.at(layer, 'AWS::Lambda::LayerVersion') === undefined)
    .map((value): Fault => ({ property: 'Layers', value, expected: 'layers of these templates' }));
}
