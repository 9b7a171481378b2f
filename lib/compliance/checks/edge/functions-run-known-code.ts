import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** A name that is the content's own digest, as CDK and SAM give: another content has another name. */
const DIGEST = /(?:^|[/:@-])(?:[0-9a-f]{64}|[0-9a-f]{32})(?:\.\w+)?$/;

/** What runs is what was built: 164.312(c)(1), 164.308(a)(5)(ii)(B). How it was built, no template shows. */
export const functionsRunKnownCode: Check = {
  id: 'strength/functions-run-known-code',
  claim:
    'every function takes its code from this account, named by its digest or version where others are, with no layer, file system or ' +
    'option that runs anything else, on a runtime that AWS keeps patched',
  citations: ['164.312(c)(1)', '164.308(a)(5)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Function'], '164.312(c)(1)', (each) => [
      ...code(environment, each),
      ...layers(environment, each),
      ...detours(environment, each),
      ...(['Auto', undefined].includes(textAt(each, 'RuntimeManagementConfig.UpdateRuntimeOn'))
        ? []
        : expectAbsent(each, 'RuntimeManagementConfig.UpdateRuntimeOn')),
    ]),
};

/** How these templates deploy code is theirs to choose; a function that is deployed otherwise than the rest has to be looked at. */
function code(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const others = environment.of('AWS::Lambda::Function').filter((other) => other !== each);
  const { place, property } = sourceOf(each);
  const isForeign = new RegExp(`(?<!\\d)(?!${environment.place.account})\\d{12}(?!\\d)`).test(place ?? '');
  const isShared = place !== undefined && others.every((other) => sourceOf(other).place === place);
  const isOurs = isOfAccount(environment, place) || (isShared && !isForeign);
  const isFixed = isNamedByContent(each) || !others.some(isNamedByContent);
  return [
    ...(isOurs ? [] : [{ property, value: place, expected: 'a place of this account, and no other’s' }]),
    ...(isFixed ? [] : [{ property, value: valueAt(each, 'Code'), expected: 'a digest or a version of its content, as others have' }]),
  ];
}

function sourceOf(each: Resource): { readonly place: string | undefined; readonly property: string } {
  const image = textAt(each, 'Code.ImageUri');
  if (image !== undefined) return { place: image.replace(/[:@].*$/, ''), property: 'Code.ImageUri' };
  return {
    place: textAt(each, 'Code.S3Bucket') ?? (valueAt(each, 'Code.ZipFile') === undefined ? undefined : 'the template'),
    property: 'Code',
  };
}

function isOfAccount(environment: EnvironmentModel, place: string | undefined): boolean {
  return place !== undefined && (place.includes(environment.place.account) || environment.at(place, 'AWS::S3::Bucket') !== undefined);
}

function isNamedByContent(each: Resource): boolean {
  return (
    [textAt(each, 'Code.ImageUri'), textAt(each, 'Code.S3Key')].some((name) => DIGEST.test(name ?? '')) ||
    textAt(each, 'Code.S3ObjectVersion') !== undefined
  );
}

/** Variables by which a runtime runs other code than was deployed, believes other certificates, or calls somewhere else. */
const DETOURS = new RegExp(
  [
    '^(?:NODE_OPTIONS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|AWS_LAMBDA_EXEC_WRAPPER|AWS_ENDPOINT_URL\\w*',
    'LD_PRELOAD|LD_LIBRARY_PATH|PYTHON(?:PATH|STARTUP)|JAVA_TOOL_OPTIONS|(?:HTTPS?|ALL)_PROXY)$',
  ].join('|'),
  'i',
);

function detours(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const variables = valueAt(each, 'Environment.Variables');
  return [
    ...Object.entries(isJson(variables) ? variables : {})
      .filter(([name]) => DETOURS.test(name))
      .map(([name, value]): Fault => ({ property: `Environment.Variables.${name}`, value, expected: 'absent' })),
    ...recordsAt(each, 'FileSystemConfigs')
      .filter(({ Arn }) => environment.at(Arn) === undefined)
      .map(({ Arn }): Fault => ({ property: 'FileSystemConfigs', value: Arn, expected: 'file systems of these templates' })),
  ];
}

/** A layer's code runs inside the function, with all that the function may do. */
function layers(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  return textsAt(each, 'Layers')
    .filter((layer) => environment.at(layer, 'AWS::Lambda::LayerVersion') === undefined)
    .map((value): Fault => ({ property: 'Layers', value, expected: 'layers of these templates' }));
}
